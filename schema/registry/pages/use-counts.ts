import { LRUCache } from 'lru-cache';
import { type GraphRef, printGraphRef } from '../../feed/graph-ref.ts';
import type { RegistryStore } from '../store/registry-store.ts';
import { beginningOf, dayMs, hourMs } from '../store/usage/period.ts';

/** By coordinate, how often it was used. */
export type Counts = ReadonlyMap<string, number>;

const mostKept = 8;

/** So long nobody minds that the last uses are not counted yet, while somebody types a search. */
const keptMs = 15_000;

/** How often things of a variant were used, counted at most every few seconds. */
export class UseCounts {
  readonly #store: Pick<RegistryStore, 'countUses'>;
  readonly #now: () => number;
  readonly #kept = new LRUCache<string, { readonly at: number; readonly counts: Promise<Counts> }>({ max: mostKept });

  constructor(store: Pick<RegistryStore, 'countUses'>, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Those of the last days. */
  async read(ref: GraphRef, days: number): Promise<Counts> {
    const now = this.#now();
    const key = `${printGraphRef(ref)} ${days}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && now - kept.at < keptMs) return await kept.counts;
    const counts = this.#store.countUses(ref, beginningOf(now - days * dayMs, hourMs));
    this.#kept.set(key, { at: now, counts });
    counts.catch(() => this.#kept.delete(key));
    return await counts;
  }
}
