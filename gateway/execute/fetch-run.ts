import type { GraphQLError } from 'graphql';
import type { EntityList } from './entity-list.ts';

/** How one fetch of a run went; times in milliseconds. */
export interface FetchRun {
  /** Since the plan was begun. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Of the answer's JSON; `undefined` when it was not read from JSON. */
  readonly bytes: number | undefined;
  /** How many entities were asked for. */
  readonly entities: number;
  readonly errorCount: number;
  /** The first ones, as clients see them. */
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

/** Told of each fetch of a run when it has ended, by the id of its step. */
export type OnFetchRun = (step: number, run: FetchRun) => void;

/** More of one fetch would say the same. */
const errorsMost = 5;

/** Tells what a fetch asked for, and what came of it; `json` is what was answered, where that is known. */
export function toFetchRun(
  json: string | undefined,
  lists: readonly Pick<EntityList, 'representations'>[],
  errors: readonly GraphQLError[],
): Omit<FetchRun, 'startMs' | 'durationMs'> {
  return {
    bytes: json === undefined ? undefined : Buffer.byteLength(json),
    entities: lists.reduce((sum, { representations }) => sum + representations.length, 0),
    errorCount: errors.length,
    errors: errors
      .slice(0, errorsMost)
      .map(({ message, extensions }) => ({ code: String(extensions['code']), message })),
  };
}
