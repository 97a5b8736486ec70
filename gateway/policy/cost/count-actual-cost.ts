import {
  type Alternative,
  amountOf,
  bounded,
  type FieldCost,
  type Formula,
  isIncluded,
  type SelectionsCost,
  type Variables,
} from './formula.ts';

/** What an answer really cost: every object and leaf that it holds by its weight, and the arguments. Linear to the answer. */
export function countActualCost({ base, root }: Formula, variables: Variables, data: unknown): number {
  return bounded(base + costOfObject(root, variables, data));
}

function costOfObject(selections: SelectionsCost, variables: Variables, data: unknown): number {
  if (!isObject(data)) return 0;
  const alternative = alternativeOf(selections, data);
  const fields = fieldsOf(selections, alternative);
  let cost = selections.weight ?? alternative?.weight ?? 0;
  for (const field of fields) {
    if (Object.hasOwn(data, field.responseName) && isIncluded(field.inclusion, variables)) {
      cost += bounded(amountOf(field.arguments, variables) + costOfValue(field, variables, data[field.responseName]));
    }
  }
  return cost;
}

function costOfValue(field: FieldCost, variables: Variables, value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (field.isList && Array.isArray(value)) {
    let cost = 0;
    for (const item of value) cost += costOfValue(field, variables, item);
    return cost;
  }
  return typeof field.inner === 'number' ? field.inner : costOfObject(field.inner, variables, value);
}

/** By the object's type, where the answer tells it, else by the fields that the object has. */
function alternativeOf(selections: SelectionsCost, data: Data): Alternative | undefined {
  const { alternatives, groups, typenameKey } = selections;
  if (alternatives.length < 2) return alternatives[0];
  const type = typenameKey === undefined ? undefined : data[typenameKey];
  if (typeof type === 'string') return alternatives.find(({ types }) => types.has(type));
  const present = groups.map((fields) => fields.filter(({ responseName }) => Object.hasOwn(data, responseName)).length);
  let best: Alternative | undefined;
  let most = -1;
  for (const alternative of alternatives) {
    const count = alternative.groups.reduce((sum, group) => sum + (present[group] ?? 0), 0);
    if (count < most || (count === most && alternative.weight <= (best?.weight ?? 0))) continue;
    best = alternative;
    most = count;
  }
  return best;
}

/** The fields that are selected of an object of such a type. */
export function fieldsOf(
  { common, groups }: SelectionsCost,
  alternative: Alternative | undefined,
): readonly FieldCost[] {
  if (alternative === undefined || alternative.groups.length === 0) return common;
  return [...common, ...alternative.groups.flatMap((group) => groups[group] ?? [])];
}

type Data = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
