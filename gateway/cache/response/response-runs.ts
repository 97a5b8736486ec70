import { SharedRun } from '../../dedupe/shared-run.ts';
import type { Answer } from '../../execute/engine.ts';
import type { OperationRun, RunOperation } from '../../run-operation.ts';
import { audienceOf } from '../cache-policy.ts';
import type { Storable } from '../cache-report.ts';
import type { OperationPolicy } from '../operation-policy.ts';
import type { CacheStore, NewCacheEntry } from '../store/cache-store.ts';
import { type Brought, Gathering } from './gathering.ts';
import type { RequestKeys, ResponseKeys } from './response-keys.ts';
import { dataTextOf, isGood, writeNote } from './stored-answer.ts';

export interface ResponseRunsOptions {
  readonly keys: Pick<ResponseKeys, 'narrow'>;
  /** `undefined` when nothing is stored. */
  readonly store: CacheStore | undefined;
  /** How long a run may take. */
  readonly timeoutMs: number;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** One request, and what is known of it. */
export interface Ask {
  readonly request: OperationRun;
  readonly known: OperationPolicy;
  readonly keys: RequestKeys;
}

/** What came of a run. */
export interface Ran {
  readonly answer: Answer;
  /** What subgraphs brought for the client, who has not been told yet. */
  readonly brought: readonly Brought[];
  /** `undefined` when nobody may store it. */
  readonly storable: Storable | undefined;
  /** What it is stored under. */
  readonly key: string | undefined;
  /** Whether everybody may be given it, if it is stored or not. */
  readonly isPublic: boolean;
}

/** A run that others who ask for the same may join. */
interface Flight {
  readonly shared: SharedRun;
  /** Of the store when it began: what was invalidated since is not in it. */
  readonly mark: number;
}

/** Oldest run, in milliseconds, that is joined, if half of its time is not up before: it may have read what has ended since. */
const joinMsMost = 1_000;

/** For how long identities are asked for one by one after an answer turned out to be for one of them alone, in milliseconds. */
const apartMs = 10_000;

/** Runs operations, and stores what may be stored. Equal requests at a time are one run. */
export class ResponseRuns {
  readonly #run: RunOperation;
  readonly #options: ResponseRunsOptions;
  readonly #inFlight = new Map<string, Flight>();
  /** Operations that were declared public, and until when their answers are not taken for it. */
  readonly #apart = new WeakMap<OperationPolicy, number>();
  /** Of answers, which several may have waited for. */
  readonly #tags = new WeakMap<Answer, readonly string[]>();

  constructor(run: RunOperation, options: ResponseRunsOptions) {
    this.#run = run;
    this.#options = options;
  }

  /** Nobody joins a run any more that began before now. */
  separate(): void {
    this.#inFlight.clear();
  }

  /** Runs it, or joins the run of somebody else when its answer turns out to be for both. */
  async together(ask: Ask, isSecondTry = false): Promise<Ran> {
    const { request, known, keys } = ask;
    const nowMs = this.#options.now();
    const isForAll = known.policy.scope === 'public' && (this.#apart.get(known) ?? 0) <= nowMs;
    const key = keys.for(isForAll ? 'everybody' : keys.hasCredentials ? 'identity' : 'strangers');
    const joined = this.#find(key, nowMs);
    const shared = joined ?? this.#start(key, ask, nowMs);
    const gathering = new Gathering(known, keys.trials);
    const waiting = { client: gathering.hold(request.client), left: request.left };
    if (joined === undefined) return this.#toRan(await shared.wait(waiting), gathering, ask, shared.startedMs);
    // It may have failed for who asked first only.
    const mayAskAgain = () => isForAll || (!isSecondTry && this.#isEarly(shared, this.#options.now()));
    const answer = await shared.waitForGood(waiting, mayAskAgain);
    if (answer === undefined) return isForAll ? await this.alone(ask) : await this.together(ask, true);
    const ran = this.#toRan(answer, gathering, ask, shared.startedMs);
    const isOurs = isForAll ? ran.isPublic : !gathering.setsCookie;
    return isOurs ? ran : await this.alone(ask);
  }

  /** Runs it for this request and nobody else. */
  async alone(ask: Ask): Promise<Ran> {
    const startedMs = this.#options.now();
    const gathering = new Gathering(ask.known, ask.keys.trials);
    const client = gathering.hold(ask.request.client);
    const answer = await this.#runAndStore({ ...ask.request, client }, ask, startedMs);
    return this.#toRan(answer, gathering, ask, startedMs);
  }

  #find(key: string, nowMs: number): SharedRun | undefined {
    const found = this.#inFlight.get(key);
    if (found === undefined || found.mark !== (this.#options.store?.mark ?? 0)) return undefined;
    return this.#isEarly(found.shared, nowMs) ? found.shared : undefined;
  }

  #isEarly({ startedMs }: SharedRun, nowMs: number): boolean {
    return nowMs - startedMs <= Math.min(joinMsMost, this.#options.timeoutMs / 2);
  }

  #start(key: string, ask: Ask, startedMs: number): SharedRun {
    const forget = () => {
      if (this.#inFlight.get(key)?.shared === shared) this.#inFlight.delete(key);
    };
    // Whoever leaves, what came is stored, so that is part of the run.
    const run: RunOperation = (request) => this.#runAndStore(request, ask, startedMs);
    const client = { ...ask.request.client, onFetched: () => {}, onObjects: () => {} };
    const shared = new SharedRun(run, { ...ask.request, client }, startedMs, forget);
    this.#inFlight.set(key, { shared, mark: this.#options.store?.mark ?? 0 });
    return shared;
  }

  async #runAndStore(request: OperationRun, ask: Ask, startedMs: number): Promise<Answer> {
    const { store } = this.#options;
    const mark = store?.mark ?? 0;
    const gathering = new Gathering(ask.known, ask.keys.trials);
    const answer = await this.#run({ ...request, client: gathering.overhear(request.client) });
    const { storable, key, isPublic } = this.#toRan(answer, gathering, ask, startedMs);
    if (ask.known.policy.scope === 'public' && !isPublic) this.#apart.set(ask.known, startedMs + apartMs);
    if (store === undefined || storable === undefined || key === undefined) return answer;
    const entry = toEntry(answer, storable, gathering.brought);
    if (entry !== undefined) store.setMany([{ ...entry, key, mark }]);
    return answer;
  }

  #toRan(answer: Answer, gathering: Gathering, { request, known, keys }: Ask, startedMs: number): Ran {
    const { brought } = gathering;
    const nothing: Ran = { answer, brought, storable: undefined, key: undefined, isPublic: false };
    const { policy: allowed, ageMs, lifetimeMs, isTried } = gathering.outcome();
    const policy = this.#options.keys.narrow(allowed);
    if (policy.maxAgeMs <= 0 || !isGood(answer)) return nothing;
    const audience = audienceOf(policy.scope, keys.hasCredentials);
    if (audience === 'nobody') return nothing;
    const isPublic = audience === 'everybody';
    if (isTried) return { ...nothing, isPublic };
    const storable: Storable = {
      storedAtMs: startedMs - ageMs,
      freshUntilMs: startedMs + lifetimeMs,
      staleWhileRevalidateMs: finite(policy.staleWhileRevalidateMs),
      staleIfErrorMs: finite(policy.staleIfErrorMs),
      isPublic,
      readTags: () => this.#tagsOf(answer, () => [...known.tagsOf(request.variables), ...gathering.readTags()]),
    };
    return { answer, brought, storable, key: keys.for(audience), isPublic };
  }

  #tagsOf(answer: Answer, read: () => readonly string[]): readonly string[] {
    let tags = this.#tags.get(answer);
    if (tags === undefined) {
      tags = [...new Set(read())];
      this.#tags.set(answer, tags);
    }
    return tags;
  }
}

/** Where nobody sets a limit, nobody has allowed anything. */
function finite(ms: number): number {
  return ms === Number.POSITIVE_INFINITY ? 0 : ms;
}

function toEntry(
  answer: Answer,
  storable: Storable,
  brought: readonly Brought[],
): Omit<NewCacheEntry, 'key' | 'mark'> | undefined {
  const note = writeNote(storable.isPublic, brought);
  if (!isGood(answer) || note === undefined) return undefined;
  const { storedAtMs, freshUntilMs } = storable;
  return {
    text: dataTextOf(answer),
    note,
    tags: storable.readTags(),
    storedAtMs,
    freshUntilMs,
    staleUntilMs: freshUntilMs + storable.staleWhileRevalidateMs,
    errorUntilMs: freshUntilMs + storable.staleIfErrorMs,
  };
}
