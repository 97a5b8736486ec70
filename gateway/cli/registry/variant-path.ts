import type { GraphRef } from '../../../schema/feed/graph-ref.ts';

/** The names in the path of something that belongs to a variant. */
export function variantPath({ graph, variant }: GraphRef, ...more: readonly (string | number)[]) {
  return ['graphs', graph, variant, ...more] as const;
}
