import type { CacheTagFormat } from '../../schema/supergraph/cache-tag-format.ts';

/** What is said of caching at one coordinate of a schema; `undefined` where nothing is. */
export interface Said {
  readonly maxAgeMs: number | undefined;
  readonly scope: 'public' | 'private' | undefined;
  /** Whether it is as fresh as what it is in. */
  readonly inherits: boolean;
  readonly staleWhileRevalidateMs: number | undefined;
  readonly staleIfErrorMs: number | undefined;
  readonly tags: readonly CacheTagFormat[];
}

/** Says nothing. */
export const nothingSaid: Said = {
  maxAgeMs: undefined,
  scope: undefined,
  inherits: false,
  staleWhileRevalidateMs: undefined,
  staleIfErrorMs: undefined,
  tags: [],
};

/** What counts where both are said: the least of each, and all names. */
export function mergeSaid(one: Said, other: Said): Said {
  if (other === nothingSaid) return one;
  return {
    maxAgeMs: least(one.maxAgeMs, other.maxAgeMs),
    scope: one.scope === 'private' || other.scope === 'private' ? 'private' : (one.scope ?? other.scope),
    inherits: one.inherits || other.inherits,
    staleWhileRevalidateMs: least(one.staleWhileRevalidateMs, other.staleWhileRevalidateMs),
    staleIfErrorMs: least(one.staleIfErrorMs, other.staleIfErrorMs),
    tags: [...one.tags, ...other.tags],
  };
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
