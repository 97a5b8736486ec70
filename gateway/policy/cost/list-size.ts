import type { FieldNode, GraphQLField } from 'graphql';
import type { ListSize } from './cost-directives.ts';
import { dearest, type Quantity, type Variables } from './formula.ts';
import { type ReadValue, toReader } from './input-cost.ts';

/** The field's slicing arguments, as one selection of it gives them. */
interface Slicing {
  /** What the document or a default says, one for each argument of which either says something. */
  readonly values: readonly ReadValue[];
  /** What the document alone says. */
  readonly given: readonly ReadValue[];
  readonly hasDefault: boolean;
  /** Whether none of them depends on variables. */
  readonly fixed: boolean;
}

/** How long the list of a field is taken to be: what its slicing arguments say, else what it is assumed to be. */
export function toSize(
  listSize: ListSize,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  defaultSize: number,
): Quantity {
  const { values, fixed } = toSlicing(listSize, node, field);
  const assumed = listSize.assumedSize ?? defaultSize;
  const sizeOf = (variables: Variables) => {
    let size: number | undefined;
    for (const read of values) {
      const said = toCount(read(variables));
      if (said !== undefined) size = Math.max(size ?? 0, said);
    }
    return size ?? assumed;
  };
  return fixed ? sizeOf({}) : sizeOf;
}

/** Whether exactly one slicing argument is given, or none where a default stands in for it. */
export function toRequirement(
  listSize: ListSize,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
): ((variables: Variables) => boolean) | undefined {
  if (!listSize.requireOneSlicingArgument || listSize.slicingArguments.length === 0) return undefined;
  const { given, hasDefault } = toSlicing(listSize, node, field);
  const isGiven = (variables: Variables) => (read: ReadValue) => {
    const value = read(variables);
    return value !== undefined && value !== null;
  };
  return (variables) => {
    const count = given.filter(isGiven(variables)).length;
    return count === 1 || (count === 0 && hasDefault);
  };
}

function toSlicing({ slicingArguments }: ListSize, node: FieldNode, field: GraphQLField<unknown, unknown>): Slicing {
  const values: ReadValue[] = [];
  const given: ReadValue[] = [];
  let allFixed = true;
  let hasDefault = false;
  for (const path of slicingArguments) {
    const [name, ...steps] = path.split('.');
    const declared = field.args.find((argument) => argument.name === name);
    if (declared === undefined) continue;
    const argument = node.arguments?.find((candidate) => candidate.name.value === name);
    const byDefault = at(declared.defaultValue, steps);
    hasDefault ||= byDefault !== undefined && byDefault !== null;
    if (argument === undefined) {
      values.push(() => byDefault);
      continue;
    }
    const { read, fixed } = toReader(argument.value, declared.type);
    const readSlice = (variables: Variables) => at(read(variables), steps);
    given.push(readSlice);
    // A variable that is not given leaves the argument to its default.
    values.push((variables) => {
      const value = read(variables);
      return value === undefined ? byDefault : at(value, steps);
    });
    allFixed &&= fixed;
  }
  return { values, given, hasDefault, fixed: allFixed };
}

function at(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((inner, step) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    const descriptor = Object.getOwnPropertyDescriptor(inner, step);
    return descriptor?.value;
  }, value);
}

/** A negative number bounds nothing: there are services that take -1 for all. A list asks for as many values as it has. */
function toCount(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  const count = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof count !== 'number' || !(count >= 0)) return undefined;
  return Math.min(Math.floor(count), dearest);
}
