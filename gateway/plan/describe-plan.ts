import { parse, print } from 'graphql';
import type { EntityFetch, EntityTarget, FetchStep, FieldShape, ObjectShape, Plan, Step } from './plan.ts';
import { printPlace } from './print-place.ts';

/** A plan as it is shown: JSON without what only the executor needs. */
export interface PlanDescription<Timing = StepTiming> {
  readonly kind: Plan['kind'];
  /** How many requests to subgraphs there are at most; entities that nobody refers to are not asked for. */
  readonly fetches: number;
  /** Steps that nothing keeps from running at the same time; each wave needs something of the one before it. */
  readonly waves: readonly (readonly DescribedStep<Timing>[])[];
}

export type DescribedStep<Timing = StepTiming> = (DescribedFetch | DescribedAttachment) & { readonly timing?: Timing };

/** When a step was run, in milliseconds since the request began; `durationMs` is `undefined` while it runs. */
export interface StepTiming {
  readonly startMs: number;
  readonly durationMs: number | undefined;
}

/** One request to a subgraph. */
export interface DescribedFetch {
  readonly kind: 'fetch';
  /** From 1 on. */
  readonly id: number;
  readonly subgraph: string;
  /** Steps that must have ended. */
  readonly after: readonly number[];
  readonly operation: string;
  /** Names of the client's variables that it is sent. */
  readonly variables: readonly string[];
  readonly entities: readonly DescribedEntities[];
}

/** Objects whose entities a fetch loads. */
export interface DescribedEntities {
  /** The variable with their representations. */
  readonly variable: string;
  readonly types: readonly string[];
  /** What the subgraph knows the types as, where that is something else. */
  readonly as?: readonly string[];
  /** Such as `users[].reviews[].product`, with the response keys of the subgraphs. */
  readonly at: string;
  /** Such as `{ upc }`. */
  readonly key: string;
  /** What is sent beside the key. */
  readonly requires?: string;
}

/** What a second subgraph answered for a field is put beside what the first one did. */
interface DescribedAttachment {
  readonly kind: 'attach';
  readonly id: number;
  readonly after: readonly number[];
  /** The objects that have it, such as `users[].address`. */
  readonly at: readonly string[];
}

/** Describes a plan; `undefined` stands for one that asks no subgraph. `timingOf` knows when steps were run, by their id. */
export function describePlan<Timing = StepTiming>(
  kind: Plan['kind'],
  plan: Plan | undefined,
  timingOf: (id: number) => Timing | undefined = () => undefined,
): PlanDescription<Timing> {
  const waves: Placed[][] = [];
  let before: readonly number[] = [];
  for (const { steps } of plan?.stages ?? []) {
    const first = waves.length;
    const waveOf = new Map<number, number>();
    for (const step of steps) {
      const last = Math.max(first - 1, ...step.after.map((id) => waveOf.get(id) ?? first));
      const wave = step.kind === 'fetch' ? last + 1 : last;
      waveOf.set(step.id, wave);
      waves[wave] = [...(waves[wave] ?? []), { step, after: step.after.length === 0 ? before : step.after }];
    }
    before = lastOf(steps);
  }
  const numbers = new Map(waves.flat().map(({ step }, index) => [step.id, index + 1]));
  const described = waves.map((wave) => {
    return wave.map((placed): DescribedStep<Timing> => {
      const timing = timingOf(placed.step.id);
      return { ...describeStep(placed, numbers), ...(timing && { timing }) };
    });
  });
  return { kind, fetches: described.flat().filter((step) => step.kind === 'fetch').length, waves: described };
}

/** A step with those that it waits for, of the stage before too. */
interface Placed {
  readonly step: Step;
  readonly after: readonly number[];
}

/** Those that no other step of the stage waits for. */
function lastOf(steps: readonly Step[]): readonly number[] {
  const waitedFor = new Set(steps.flatMap(({ after }) => after));
  return steps.flatMap(({ id }) => (waitedFor.has(id) ? [] : [id]));
}

function describeStep(
  { step, after: ids }: Placed,
  numbers: ReadonlyMap<number, number>,
): DescribedFetch | DescribedAttachment {
  const numberOf = (one: number) => numbers.get(one) ?? 0;
  const id = numberOf(step.id);
  const after = ids.map(numberOf).sort((a, b) => a - b);
  if (step.kind === 'fetch') return { kind: 'fetch', id, after, ...describeFetch(step) };
  const { places, first } = step;
  return { kind: 'attach', id, after, at: places.map((place) => printPlace(place, first.key)) };
}

function describeFetch({ subgraph, text, variables, entities }: FetchStep) {
  return {
    subgraph,
    operation: print(parse(text, { noLocation: true })),
    variables,
    entities: entities.flatMap(describeEntities),
  };
}

function describeEntities({ variable, targets }: EntityFetch): readonly DescribedEntities[] {
  return targets.map((target) => {
    const { place, key, required } = target;
    const views = typeof target.views === 'string' ? [target.views] : viewsOf(target.views, place.types);
    const types = place.types ?? views;
    return {
      variable,
      types,
      ...(types.join() !== views.join() && { as: views }),
      at: printPlace(place),
      key: printFields(key),
      ...(required.length > 0 && { requires: printFields(required) }),
    };
  });
}

function viewsOf(
  views: Exclude<EntityTarget['views'], string>,
  types: readonly string[] | undefined,
): readonly string[] {
  return [...new Set((types ?? Object.keys(views)).flatMap((type) => views[type] ?? []))];
}

function printFields(fields: readonly FieldShape[]): string {
  return `{ ${fields.map(({ name, objects }) => (objects === undefined ? name : `${name} ${printObjects(objects)}`)).join(' ')} }`;
}

function printObjects({ cases }: ObjectShape): string {
  const [only] = cases;
  if (cases.length === 1 && only !== undefined) return printFields(only.fields);
  const fragments = cases.map(({ types = [], fields }) => `... on ${types.join(' | ')} ${printFields(fields)}`);
  return `{ ${fragments.join(' ')} }`;
}
