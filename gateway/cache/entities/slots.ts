import type { CacheFacts, OnFetched } from '../cache-facts.ts';
import { type CachePolicy, type CacheScope, mergePolicies, noLimits } from '../cache-policy.ts';
import type { CacheEntry, CacheStore } from '../store/cache-store.ts';
import type { Part } from './assemble.ts';
import type { Piece } from './pieces.ts';

/** A piece that is wanted, and what there is of it. */
export interface Slot {
  readonly piece: Piece;
  /** What is kept of it, perhaps no longer fresh. */
  readonly entry: CacheEntry | undefined;
  /** Under which that was found. */
  readonly key: string | undefined;
  part: Part | undefined;
}

/** Looks for all pieces at once. */
export function findPieces(pieces: readonly Piece[], store: CacheStore): readonly Slot[] | Promise<readonly Slot[]> {
  const keys: string[] = [];
  const answers: number[] = [];
  for (const [index, { everybodysKey, ownKey }] of pieces.entries()) {
    for (const key of [everybodysKey, ownKey]) {
      if (key === undefined) continue;
      keys.push(key);
      answers.push(index);
    }
  }
  const entries = store.getMany(keys, answers);
  return entries instanceof Promise
    ? entries.then((found) => toSlots(pieces, keys, found))
    : toSlots(pieces, keys, entries);
}

function toSlots(
  pieces: readonly Piece[],
  keys: readonly string[],
  entries: readonly (CacheEntry | undefined)[],
): readonly Slot[] {
  let next = 0;
  return pieces.map((piece) => {
    let entry: CacheEntry | undefined;
    let key: string | undefined;
    for (const name of [piece.everybodysKey, piece.ownKey]) {
      if (name === undefined) continue;
      const found = entries[next];
      if (found !== undefined && found.freshUntilMs > (entry?.freshUntilMs ?? 0)) [entry, key] = [found, keys[next]];
      next += 1;
    }
    return { piece, entry, key, part: undefined };
  });
}

/** Tells who wants to know it what the entries that are answered allow. */
export function tellKept(
  slots: readonly Slot[],
  {
    subgraph,
    onFetched,
    trial,
  }: Pick<CacheFacts, 'subgraph' | 'trial'> & { readonly onFetched: OnFetched | undefined },
  nowMs: number,
): void {
  if (onFetched === undefined) return;
  const kept = slots.flatMap(({ part }) => (part?.kind === 'kept' ? part : []));
  const entries = kept.map(({ entry }) => entry);
  if (entries.length === 0) return;
  const ageMs = Math.max(...entries.map(({ storedAtMs }) => nowMs - storedAtMs), 0);
  const leftMs = Math.min(...entries.map(({ freshUntilMs }) => freshUntilMs)) - nowMs;
  let policy = noLimits;
  for (const entry of entries) policy = mergePolicies(policy, policyOf(entry));
  onFetched({
    subgraph,
    // The oldest and the shortest-lived one may be two.
    policy: { ...policy, maxAgeMs: Math.max(0, ageMs + leftMs) },
    statesMaxAge: true,
    statesPublic: policy.scope === 'public',
    ageMs,
    setsCookie: false,
    degraded: kept.some(({ isDegraded }) => isDegraded),
    trial,
  } satisfies CacheFacts);
}

function policyOf({ note, tags, freshUntilMs, staleUntilMs, errorUntilMs }: CacheEntry): CachePolicy {
  const [scope, vary] = JSON.parse(note ?? '["private",[]]') as [CacheScope, readonly string[]];
  return {
    ...noLimits,
    scope,
    vary,
    staleWhileRevalidateMs: Math.max(0, staleUntilMs - freshUntilMs),
    staleIfErrorMs: Math.max(0, errorUntilMs - freshUntilMs),
    tags: tags.flatMap((tag) => (tag.startsWith('tag:') ? [tag.slice('tag:'.length)] : [])),
  };
}
