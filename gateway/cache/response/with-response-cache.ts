import { GatewayError } from '../../errors.ts';
import type { Answer } from '../../execute/engine.ts';
import { hasLost } from '../../execute/is-loss.ts';
import type { Operation } from '../../operation/operation.ts';
import type { RunOperation } from '../../run-operation.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { asPrivate, type CacheReport } from '../cache-report.ts';
import type { OperationPolicy } from '../operation-policy.ts';
import type { CacheEntry, CacheStore } from '../store/cache-store.ts';
import type { RequestKeys, ResponseKeys } from './response-keys.ts';
import { type Ask, type Ran, ResponseRuns } from './response-runs.ts';
import { type FoundEntry, readStored, toDegraded } from './stored-answer.ts';

export interface ResponseCacheOptions {
  /** What can be told of storing the answers to an operation; `undefined` when they never are. */
  readonly policyOf: (operation: Operation) => OperationPolicy | undefined;
  readonly keys: ResponseKeys;
  /** `undefined` when nothing is stored here, and clients are told only what they may store. */
  readonly store: CacheStore | undefined;
  /** How long a run may take. */
  readonly timeoutMs: number;
  readonly onAsked: Telemetry['cacheAsked'];
  /** Whether a stored answer may not be given for now, though it is as it should be. Default: none. */
  readonly isBlocked?: ((entry: CacheEntry) => boolean) | undefined;
  /** In milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number;
}

/**
 * Gives queries answers that were given before, as long as all of their parts allow it: the schema, the rules and the backends, of which
 * the least counts. Identity, limits and authorization were checked before, for this very request. Equal requests that find nothing are
 * one run.
 */
export function withResponseCache(run: RunOperation, options: ResponseCacheOptions): RunOperation {
  const cache = new ResponseCache(run, options);
  return (request) => cache.answer(request);
}

/** How something that was found is answered. */
interface Serving {
  readonly status: 'hit' | 'stale';
  readonly ask: Ask;
  readonly store: CacheStore;
}

/** However many keys there are for it. */
const oneAnswer: readonly number[] = [0, 0];

const bypass: CacheReport = { status: 'bypass', storable: undefined };

class ResponseCache {
  readonly #run: RunOperation;
  readonly #runs: ResponseRuns;
  readonly #options: ResponseCacheOptions;
  readonly #now: () => number;

  constructor(run: RunOperation, options: ResponseCacheOptions) {
    const { now = Date.now } = options;
    this.#run = run;
    this.#runs = new ResponseRuns(run, { ...options, now });
    this.#options = options;
    this.#now = now;
  }

  async answer(request: Ask['request']): Promise<Answer> {
    const { policyOf, keys, store, isBlocked } = this.#options;
    // What is asked after a mutation has to show what it did.
    if (request.operation.kind === 'mutation') return this.#run(request).finally(() => this.#runs.separate());
    const known = policyOf(request.operation);
    const own = known && keys.of(request, known);
    const names = known === undefined || own === undefined ? [] : lookedUp(known, own);
    if (known === undefined || own === undefined || names.length === 0) {
      request.onCacheReport?.(bypass);
      return this.#run(request);
    }
    const ask: Ask = { request, known, keys: own };
    if (store === undefined) return this.#give(await this.#runs.alone(ask), ask);
    const found = store.getMany(names, oneAnswer);
    const entries = found instanceof Promise ? await found : found;
    const latest = latestOf(entries, names);
    if (latest === undefined || isBlocked?.(latest.entry) === true) return this.#fetch(ask);
    const nowMs = this.#now();
    const { entry, key } = latest;
    if (nowMs < entry.freshUntilMs) return this.#serve(latest, { status: 'hit', ask, store });
    if (nowMs < entry.staleUntilMs) {
      void this.#refresh(ask, key, store);
      return this.#serve(latest, { status: 'stale', ask, store });
    }
    return nowMs < entry.errorUntilMs ? this.#fetchOr(latest, ask, store) : this.#fetch(ask);
  }

  #serve(found: FoundEntry, { status, ask, store }: Serving): Answer {
    const { answer, storable, brought } = readStored(found, store);
    this.#tell(ask, { status, storable }, brought);
    return answer;
  }

  async #fetch(ask: Ask): Promise<Answer> {
    return this.#give(await this.#runs.together(ask), ask);
  }

  /** Runs it; what was stored before is given when that fails. */
  async #fetchOr(former: FoundEntry, ask: Ask, store: CacheStore): Promise<Answer> {
    let ran: Ran;
    try {
      ran = await this.#runs.together(ask);
    } catch (error) {
      if (!(error instanceof GatewayError) || ask.request.left?.aborted === true) throw error;
      return this.#serveDegraded(former, ask, store);
    }
    return hasLost(ran.answer) ? this.#serveDegraded(former, ask, store) : this.#give(ran, ask);
  }

  #give({ answer, brought, storable }: Ran, ask: Ask): Answer {
    this.#tell(ask, { status: 'miss', storable }, brought);
    return answer;
  }

  #serveDegraded(former: FoundEntry, ask: Ask, store: CacheStore): Answer {
    this.#tell(ask, { status: 'stale', storable: undefined }, readStored(former, store).brought);
    return toDegraded(former);
  }

  #tell({ request, known, keys }: Ask, report: CacheReport, brought: Ran['brought']): void {
    for (const one of brought) request.client.onSubgraphHeaders?.(...one);
    const { onCacheReport } = request;
    // Nobody else knows who is sent where.
    if (onCacheReport !== undefined) (keys.trials.size > 0 ? asPrivate(onCacheReport) : onCacheReport)(report);
    request.client.trace?.note('cache.answered', { status: report.status });
    const { store, onAsked } = this.#options;
    if (store === undefined) return;
    for (const coordinate of known.coordinates) onAsked({ cache: 'response', coordinate, outcome: report.status });
  }

  /** Makes anew what is served stale, when nobody else does, and without a client that could leave. */
  async #refresh({ request, known, keys }: Ask, name: string, store: CacheStore): Promise<void> {
    const [isOurs] = await store.claimMany([name]);
    if (isOurs !== true) return;
    let stored: string | undefined;
    try {
      ({ key: stored } = await this.#runs.together({ request: { ...request, left: undefined }, known, keys }));
    } catch {
      // What is there goes on being served for as long as it may be; who asks after that is told what is wrong.
    }
    if (stored !== name) store.release([name]);
  }
}

/** What an answer may be stored under, the most common first; nothing for what is private and asked by nobody in particular. */
function lookedUp({ policy: { scope } }: OperationPolicy, keys: RequestKeys): readonly string[] {
  const own = keys.hasCredentials ? 'identity' : 'strangers';
  if (scope === 'private') return keys.hasCredentials ? [keys.for('identity')] : [];
  return [keys.for('everybody'), keys.for(own)];
}

function latestOf(entries: readonly (CacheEntry | undefined)[], names: readonly string[]): FoundEntry | undefined {
  let latest: FoundEntry | undefined;
  for (const [index, key] of names.entries()) {
    const entry = entries[index];
    if (entry !== undefined && entry.storedAtMs > (latest?.entry.storedAtMs ?? 0)) latest = { entry, key };
  }
  return latest;
}
