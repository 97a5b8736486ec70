import type { AttachStep, FetchStep, Plan, Stage } from '../plan/plan.ts';
import type { FetchOperation } from '../transport/send.ts';
import { type EntityField, toEntityField } from './entity-list.ts';
import { FetchTimes } from './fetch-times.ts';
import { PlannedFetch } from './planned-fetch.ts';

/** A plan with what can be worked out of its steps before they are run. */
export interface ReadyPlan {
  readonly plan: Plan;
  readonly stages: readonly ReadyStage[];
}

/** Steps that are run once all of the stage before have ended. */
export type ReadyStage = readonly ReadyStep[];

export type ReadyStep = Order & (ReadyFetchStep | { readonly step: AttachStep; readonly fetch?: never });

/** When a step is run: as soon as the others of its stage that it waits for have ended. */
interface Order {
  /** How many these are. */
  readonly waitsFor: number;
  /** Where those are in the stage that wait for this one. */
  readonly next: readonly number[];
}

export interface ReadyFetchStep {
  readonly step: FetchStep;
  readonly fetch: ReadyFetch;
}

/** What a fetch sends, and how it did. */
export interface ReadyFetch {
  readonly operation: FetchOperation;
  readonly entityFields: readonly EntityField[];
  readonly times: FetchTimes;
  /** What is sent when something that is required is missing. */
  readonly apart: ReadyFetch | undefined;
}

/** Makes the steps of a plan ready. */
export function toReadyStages({ stages }: Plan): readonly ReadyStage[] {
  return stages.map(toReadyStage);
}

function toReadyStage({ steps }: Stage): ReadyStage {
  const places = new Map(steps.map(({ id }, place) => [id, place]));
  const before = steps.map(({ after }) => new Set(after.flatMap((id) => places.get(id) ?? [])));
  return steps.map((step, place) => {
    const next = [...before.keys()].filter((other) => before[other]?.has(place));
    const order = { waitsFor: before[place]?.size ?? 0, next };
    if (step.kind === 'attach') return { ...order, step };
    const apart = step.apart && toFetch({ ...step, ...step.apart }, undefined);
    return { ...order, step, fetch: toFetch(step, apart) };
  });
}

function toFetch(step: FetchStep, apart: ReadyFetch | undefined): ReadyFetch {
  const entityFields = step.entities.map((fetch) => toEntityField(fetch, step.subgraph));
  return { operation: new PlannedFetch(step), entityFields, times: new FetchTimes(), apart };
}
