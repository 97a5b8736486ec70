import type { Origin, PlannedField } from './draft.ts';

/** The number of fetches after one another until a planned field is whole. */
export function depthOf({ origin, below }: PlannedField): number {
  let depth = origin?.depth ?? 0;
  for (const { fields } of below?.cases ?? []) {
    for (const field of fields) depth = Math.max(depth, depthOf(field));
  }
  return depth;
}

/** All that a planned field comes from. */
export function originsOf({ origin, below }: PlannedField, into: Set<Origin> = new Set()): Set<Origin> {
  if (origin !== undefined) into.add(origin);
  for (const { fields } of below?.cases ?? []) for (const field of fields) originsOf(field, into);
  return into;
}
