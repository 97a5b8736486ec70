import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { FetchOperation, FetchRequest, FetchResult, Send } from '../../transport/send.ts';
import type { CacheEntry } from '../store/cache-store.ts';
import { assemble } from './assemble.ts';
import { type FetchShape, type ShapeOptions, toFetchShape } from './fetch-shape.ts';
import { type Ask, PieceFetches, type PieceFetchesOptions } from './piece-fetches.ts';
import { type RequesterOptions, toPieces, toRequester } from './pieces.ts';
import { readErrors } from './read-pieces.ts';
import { findPieces, type Slot, tellKept } from './slots.ts';

export type EntityCacheOptions = ShapeOptions &
  PieceFetchesOptions &
  RequesterOptions & {
    /** Equal for equal supergraphs of which the same is stored. */
    readonly fingerprint: string;
    readonly onAsked: Telemetry['cacheAsked'];
  };

/** Answers what is known of the fetches of one subgraph, and asks it for the rest. */
export class EntityCache {
  readonly #send: Send;
  readonly #options: EntityCacheOptions;
  readonly #fetches: PieceFetches;
  readonly #shapes = new WeakMap<FetchOperation, FetchShape>();

  constructor(send: Send, options: EntityCacheOptions) {
    this.#send = send;
    this.#options = options;
    this.#fetches = new PieceFetches(send, options);
  }

  send(fetch: FetchRequest): Promise<FetchResult> {
    const shape = this.#shapeOf(fetch.operation);
    switch (shape.kind) {
      case 'other':
        return this.#send(fetch);
      case 'mutation':
        return this.#fetches.change(fetch);
      case 'entities':
      case 'fields':
        return this.#answer(fetch, shape);
      default:
        return shape satisfies never;
    }
  }

  #shapeOf(operation: FetchOperation): FetchShape {
    let shape = this.#shapes.get(operation);
    if (shape === undefined) {
      shape = toFetchShape(operation, this.#options);
      this.#shapes.set(operation, shape);
    }
    return shape;
  }

  async #answer(fetch: FetchRequest, shape: Ask['shape']): Promise<FetchResult> {
    const { store, subgraph, fingerprint, now } = this.#options;
    const { client, signal } = fetch;
    const requester = toRequester(fetch, this.#options);
    const pieces = toPieces(shape, fetch, { origin: `${fingerprint} ${subgraph}`, requester });
    if (pieces === undefined || !pieces.some(({ everybodysKey, ownKey }) => everybodysKey ?? ownKey)) {
      return this.#send(fetch);
    }
    const finding = findPieces(pieces, store);
    const slots = finding instanceof Promise ? await finding : finding;
    const ask: Ask = { fetch, shape, requester };
    const missing = this.#fill(ask, slots);
    const span = fetch.span ?? client.trace;
    span?.note('cache.asked', { asked: slots.length, found: slots.length - missing.length });
    const brought = missing.length === 0 ? [] : await this.#fetches.bring(ask, missing);
    const answered = brought.flatMap((one) => (one.kind === 'answered' ? one : []));
    const [first] = answered;
    if (first?.slots.length === slots.length) return first.result;
    const failed = brought.find((one) => one.kind === 'failed');
    const isLeft = signal?.aborted === true || slots.every(({ part }) => part?.kind === 'failed');
    if (failed !== undefined && isLeft) throw failed.failure;
    tellKept(slots, { subgraph, onFetched: client.onFetched, trial: requester.trial }, now());
    return assemble({
      pieces,
      parts: slots.map(({ part }) => part ?? { kind: 'missing' }),
      errors: answered.flatMap((one) => readErrors(one.result, one.slots)),
      isShared: answered.some(({ result }) => result.shared === true),
    });
  }

  /** Takes what may be answered; what is stale is fetched anew behind it. Gives what is missing. */
  #fill(ask: Ask, slots: readonly Slot[]): readonly Slot[] {
    const { now, onAsked } = this.#options;
    const nowMs = now();
    const stale: Slot[] = [];
    const missing: Slot[] = [];
    for (const slot of slots) {
      const { entry, piece } = slot;
      const outcome = outcomeOf(entry, nowMs);
      onAsked({ cache: 'entity', coordinate: piece.shape.coordinate, outcome });
      if (outcome === 'stale') stale.push(slot);
      if (entry === undefined || outcome === 'miss') missing.push(slot);
      else slot.part = { kind: 'kept', entry, isDegraded: false };
    }
    if (stale.length > 0) void this.#refresh(ask, stale);
    return missing;
  }

  /** Fetches anew what is answered stale, when nobody else does, and without a client that could leave. */
  async #refresh({ fetch, ...ask }: Ask, stale: readonly Slot[]): Promise<void> {
    const granted = await this.#options.store.claimMany(stale.map(({ key }) => key ?? ''));
    const ours = stale.filter((_, index) => granted[index]).map(({ piece }) => emptySlot(piece));
    if (ours.length === 0) return;
    const { subgraph, operation, variables } = fetch;
    const client = { ...fetch.client, trace: undefined, onSubgraphHeaders: undefined, onFetched: undefined };
    const detached = { subgraph, operation, variables, client, signal: undefined };
    // When it fails, the claim keeps others from trying again at once.
    await this.#fetches.fetch({ ...ask, fetch: detached }, ours).catch(() => undefined);
  }
}

function outcomeOf(entry: CacheEntry | undefined, nowMs: number): 'hit' | 'stale' | 'miss' {
  if (entry === undefined || nowMs >= entry.staleUntilMs) return 'miss';
  return nowMs < entry.freshUntilMs ? 'hit' : 'stale';
}

function emptySlot(piece: Slot['piece']): Slot {
  return { piece, entry: undefined, key: undefined, part: undefined };
}
