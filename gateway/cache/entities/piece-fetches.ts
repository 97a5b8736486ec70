import { GatewayError } from '../../errors.ts';
import { toFieldError } from '../../execute/field-error.ts';
import { isLoss } from '../../execute/is-loss.ts';
import { attend } from '../../transport/attend.ts';
import type { FetchRequest, FetchResult, Send } from '../../transport/send.ts';
import type { CacheFacts } from '../cache-facts.ts';
import { hearFacts, namesOf } from '../hear-facts.ts';
import type { CacheEntry, CacheStore, NewCacheEntry } from '../store/cache-store.ts';
import type { FetchShape, PieceShape } from './fetch-shape.ts';
import { Flights } from './flights.ts';
import { type KeepingDefaults, type KeepOptions, keepingOf, toEntry } from './keep-piece.ts';
import { mergeFacts } from './merge-facts.ts';
import type { ObjectTagsOptions } from './object-tags.ts';
import { tagsOfPiece } from './piece-tags.ts';
import type { Requester } from './pieces.ts';
import { readPieces } from './read-pieces.ts';
import type { Slot } from './slots.ts';
import { toSubFetch } from './sub-fetch.ts';

/** One fetch that is answered piece by piece. */
export interface Ask {
  readonly fetch: FetchRequest;
  readonly shape: Extract<FetchShape, { kind: 'entities' | 'fields' }>;
  readonly requester: Requester;
}

/** What a fetch for some pieces came to. */
export type Brought =
  | { readonly kind: 'answered'; readonly result: FetchResult; readonly slots: readonly Slot[] }
  | { readonly kind: 'failed'; readonly failure: GatewayError };

export interface PieceFetchesOptions extends ObjectTagsOptions {
  readonly subgraph: string;
  readonly store: CacheStore;
  readonly defaults: KeepingDefaults;
  readonly narrow: KeepOptions['narrow'];
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** How often somebody waits for what others fetch, before he fetches by himself. */
const joinsMost = 2;

/** Fetches pieces from one subgraph, each once for all who want it at a time, and keeps what may be kept. */
export class PieceFetches {
  readonly #send: Send;
  readonly #options: PieceFetchesOptions;
  readonly #flights: Flights;
  /** What was kept the last time that it was fetched, so that it is worth waiting for. */
  readonly #keepable = new WeakSet<PieceShape>();

  constructor(send: Send, options: PieceFetchesOptions) {
    this.#send = send;
    this.#options = options;
    this.#flights = new Flights(options.now);
  }

  /** Fills slots by what the subgraph answers, or by what somebody else brings who has asked for the same already. */
  async bring(ask: Ask, missing: readonly Slot[], joins = joinsMost): Promise<readonly Brought[]> {
    const { store, subgraph } = this.#options;
    const { mark } = store;
    const alone: Slot[] = [];
    const joined: Slot[] = [];
    const landing: Promise<CacheEntry | undefined>[] = [];
    for (const slot of missing) {
      const landed = joins > 0 ? this.#flights.find(flightKey(slot), mark) : undefined;
      if (landed === undefined) alone.push(slot);
      else {
        joined.push(slot);
        landing.push(attend(subgraph, landed, ask.fetch.signal, () => {}));
      }
    }
    const fetching = alone.length === 0 ? undefined : this.fetch(ask, alone);
    const [brought, entries] = await Promise.all([fetching, Promise.all(landing)]);
    const left: Slot[] = [];
    for (const [index, slot] of joined.entries()) {
      const entry = entries[index];
      if (entry === undefined) left.push(slot);
      else slot.part = { kind: 'kept', entry, isDegraded: false };
    }
    const rest = left.length === 0 ? [] : await this.bring(ask, left, joins - 1);
    return brought === undefined ? rest : [brought, ...rest];
  }

  /** Fills slots by what the subgraph answers. @throws what is a fault */
  async fetch({ fetch, shape, requester }: Ask, slots: readonly Slot[]): Promise<Brought> {
    const { store, now } = this.#options;
    const { mark } = store;
    const startedMs = now();
    const shared = slots.filter(({ piece: { shape: one } }) => one.policy.isComplete || this.#keepable.has(one));
    const land = this.#flights.begin(shared.map(flightKey), mark);
    const heard: CacheFacts[] = [];
    const asked = { client: hearFacts(fetch.client, heard), signal: fetch.signal };
    const pieces = slots.map(({ piece }) => piece);
    let kept: ReadonlyMap<Slot, NewCacheEntry> = new Map();
    try {
      const result = await this.#send(toSubFetch(fetch, shape, pieces, asked));
      const values = readPieces(result, slots);
      const isGood = result.errors === undefined && result.degraded === undefined;
      const fetched = { fetch, requester, values: isGood ? values : new Map(), heard, startedMs, mark };
      kept = this.#keep(fetched, slots);
      for (const slot of slots) {
        const value = values.get(slot);
        slot.part = value === undefined ? { kind: 'missing' } : { kind: 'value', value, text: kept.get(slot)?.text };
      }
      return { kind: 'answered', result, slots };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#fail(slots, error);
      return { kind: 'failed', failure: error };
    } finally {
      land(shared.map((slot) => kept.get(slot)));
    }
  }

  /** Sends what changes something; nobody gets what was fetched before its end. */
  async change(fetch: FetchRequest): Promise<FetchResult> {
    try {
      return await this.#send(fetch);
    } finally {
      this.#flights.ground();
    }
  }

  /** What is still kept is answered as degraded for as long as it may be; the rest has failed. */
  #fail(slots: readonly Slot[], failure: GatewayError): void {
    const { subgraph, now } = this.#options;
    const error = toFieldError(subgraph, failure);
    const nowMs = now();
    for (const slot of slots) {
      const { entry } = slot;
      const isUsable = entry !== undefined && nowMs < entry.errorUntilMs && isLoss(error);
      slot.part = isUsable ? { kind: 'kept', entry, isDegraded: true } : { kind: 'failed', error };
    }
  }

  #keep(fetched: Fetched, slots: readonly Slot[]): ReadonlyMap<Slot, NewCacheEntry> {
    const { store, defaults, narrow } = this.#options;
    const { fetch, requester, values, heard, startedMs, mark } = fetched;
    const facts = mergeFacts(heard);
    const names = namesOf(heard);
    const kept = new Map<Slot, NewCacheEntry>();
    for (const slot of slots) {
      const { piece } = slot;
      const value = values.get(slot);
      const keeping = value === undefined ? undefined : keepingOf(piece, { requester, facts, narrow });
      if (keeping === undefined) {
        this.#keepable.delete(piece.shape);
        continue;
      }
      this.#keepable.add(piece.shape);
      const tags = tagsOfPiece(piece, value, fetch, this.#options);
      const all = { value, tags: [...tags, ...names], mark, startedMs };
      kept.set(slot, toEntry(keeping, all, { facts, defaults }));
    }
    if (kept.size > 0) store.setMany([...kept.values()]);
    return kept;
  }
}

interface Fetched {
  readonly fetch: FetchRequest;
  readonly requester: Requester;
  readonly values: ReadonlyMap<Slot, unknown>;
  readonly heard: readonly CacheFacts[];
  readonly startedMs: number;
  readonly mark: number;
}

/** Who may not be given the same does not wait for the same. */
function flightKey({ piece: { ownKey, everybodysKey } }: Slot): string {
  return ownKey ?? everybodysKey ?? '';
}
