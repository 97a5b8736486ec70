import type { CacheConfig } from '../../config/cache.ts';
import type { CacheFacts } from '../cache-facts.ts';
import { audienceOf, type CachePolicy, mergePolicies } from '../cache-policy.ts';
import type { NewCacheEntry } from '../store/cache-store.ts';
import type { Piece, Requester } from './pieces.ts';

/** How long things are kept where nothing else says so. */
export type KeepingDefaults = Pick<CacheConfig, 'staleWhileRevalidate' | 'staleIfError'> & {
  /** How long it is known at most that there is no such entity. */
  readonly negativeMaxAge: number;
};

export interface KeepOptions {
  readonly requester: Requester;
  /** What the subgraph said of its answer; `undefined` when it said nothing. */
  readonly facts: CacheFacts | undefined;
  /** See `KeyHeaders`. */
  readonly narrow: (policy: CachePolicy) => CachePolicy;
}

/** How a piece is kept: under which key, and what it allows. */
export interface Keeping {
  readonly key: string;
  readonly policy: CachePolicy;
}

/** How a piece may be kept, by all that is said of it; `undefined` when it may not. */
export function keepingOf(piece: Piece, { requester, facts, narrow }: KeepOptions): Keeping | undefined {
  const { policy: declared, isComplete } = piece.shape.policy;
  if (facts !== undefined && (facts.setsCookie || facts.degraded || facts.trial !== requester.trial)) return undefined;
  if (!isComplete && facts?.statesMaxAge !== true) return undefined;
  const merged = facts === undefined ? declared : narrow(mergePolicies(declared, facts.policy));
  if (merged.maxAgeMs <= 0 || !Number.isFinite(merged.maxAgeMs)) return undefined;
  const scope = merged.scope === 'unstated' && facts?.statesPublic === true ? 'public' : merged.scope;
  const key = keyFor(piece, audienceOf(scope, requester.hasCredentials));
  return key === undefined ? undefined : { key, policy: { ...merged, scope } };
}

function keyFor({ everybodysKey, ownKey }: Piece, audience: ReturnType<typeof audienceOf>): string | undefined {
  switch (audience) {
    case 'everybody':
      return everybodysKey;
    case 'strangers':
    case 'identity':
      return ownKey;
    case 'nobody':
      return undefined;
    default:
      return audience satisfies never;
  }
}

interface Brought extends Pick<NewCacheEntry, 'tags' | 'mark'> {
  readonly value: unknown;
  /** When the fetch began, in milliseconds since the epoch. */
  readonly startedMs: number;
}

/** The entry that keeps what was brought. */
export function toEntry(
  { key, policy }: Keeping,
  { value, tags, mark, startedMs }: Brought,
  { facts, defaults }: { readonly facts: CacheFacts | undefined; readonly defaults: KeepingDefaults },
): NewCacheEntry {
  const isThere = value !== null;
  const maxAgeMs = isThere ? policy.maxAgeMs : Math.min(policy.maxAgeMs, defaults.negativeMaxAge);
  const storedAtMs = startedMs - (facts?.ageMs ?? 0);
  const freshUntilMs = storedAtMs + maxAgeMs;
  const lives = (own: number, otherwise: number) =>
    freshUntilMs + (isThere ? (Number.isFinite(own) ? own : otherwise) : 0);
  return {
    key,
    text: JSON.stringify(value),
    storedAtMs,
    freshUntilMs,
    staleUntilMs: lives(policy.staleWhileRevalidateMs, defaults.staleWhileRevalidate),
    errorUntilMs: lives(policy.staleIfErrorMs, defaults.staleIfError),
    tags,
    mark,
    note: JSON.stringify([policy.scope, policy.vary]),
  };
}
