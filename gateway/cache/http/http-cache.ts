import { hash } from 'node:crypto';
import type { HttpAnswer } from '../../transport/answer-reader.ts';
import type { OutgoingRequest } from '../../transport/call.ts';
import type { FetchRequest } from '../../transport/send.ts';
import type { IdentifiedCall } from '../../transport/with-identity.ts';
import { audienceOf, type CachePolicy, type CacheScope, namesMost, notStored } from '../cache-policy.ts';
import { ownTag } from '../cache-tags.ts';
import { type Requester, type RequesterOptions, toRequester } from '../entities/pieces.ts';
import { type FactsSource, readFacts } from '../read-facts.ts';
import type { CacheEntry, CacheStore, NewCacheEntry } from '../store/cache-store.ts';
import { conditionsOf, renew, toAnswer, toKept } from './kept-answer.ts';

type HttpCall = IdentifiedCall<OutgoingRequest, HttpAnswer>;
type Fetch = Pick<FetchRequest, 'client' | 'signal'>;

export interface HttpCacheOptions extends Omit<RequesterOptions, 'headersFor'> {
  /** Where the service is. */
  readonly origin: string;
  readonly source: FactsSource;
  readonly store: CacheStore;
  /** See `KeyHeaders`. */
  readonly narrow: (policy: CachePolicy) => CachePolicy;
  /** By which all answers of the service are known, whatever they hold. */
  readonly tags: readonly string[];
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** How long an answer is kept that is no longer fresh, to be asked about. */
const askedAboutMs = 600_000;

/** One GET, and what was kept of it. */
interface Get {
  readonly request: OutgoingRequest;
  readonly fetch: Fetch;
  readonly requester: Requester;
  readonly keys: GetKeys;
  readonly mark: number;
}

interface GetKeys {
  readonly everybody: string;
  readonly own: string;
}

/** Keeps what a REST service answers to GET, by what its headers say (https://www.rfc-editor.org/rfc/rfc9111). */
export class HttpCache {
  readonly #ask: HttpCall;
  readonly #options: HttpCacheOptions;

  constructor(ask: HttpCall, options: HttpCacheOptions) {
    this.#ask = ask;
    this.#options = options;
  }

  async send(request: OutgoingRequest, fetch: Fetch): Promise<HttpAnswer> {
    const { store, now } = this.#options;
    if (request.method !== 'GET' || request.body !== undefined) return await this.#ask(request, fetch);
    const requester = toRequester(fetch, { ...this.#options, headersFor: () => request.headers });
    const keys = this.#keysOf(request, requester);
    const { mark } = store;
    const get: Get = { request, fetch, requester, keys, mark };
    const finding = store.getMany([keys.everybody, keys.own], [0, 0]);
    const [everybodys, own] = finding instanceof Promise ? await finding : finding;
    const isOwn = (own?.storedAtMs ?? 0) > (everybodys?.storedAtMs ?? 0);
    const entry = isOwn ? own : everybodys;
    const nowMs = now();
    if (entry === undefined || nowMs >= entry.staleUntilMs) return await this.#bring(get, entry);
    if (nowMs >= entry.freshUntilMs) void this.#refresh(get, entry, isOwn ? keys.own : keys.everybody);
    return { ...toAnswer(entry, nowMs), trial: requester.trial };
  }

  /** Asks the service for it, or whether what is kept is still good. */
  async #bring(get: Get, entry: CacheEntry | undefined): Promise<HttpAnswer> {
    const { request, fetch } = get;
    const startedMs = this.#options.now();
    const conditions = entry === undefined ? [] : conditionsOf(entry);
    const asked = conditions.length === 0 ? request : { ...request, headers: [...request.headers, ...conditions] };
    const answer = await this.#ask(asked, fetch);
    const isGood = answer.status === 304 && entry !== undefined && conditions.length > 0;
    const whole = isGood ? { ...renew(entry, answer), trial: answer.trial } : answer;
    this.#keep(get, whole, startedMs);
    return whole;
  }

  #keep({ requester, keys, mark }: Get, answer: HttpAnswer, startedMs: number): void {
    const { store, source, tags, narrow, now } = this.#options;
    const isForbidden = /\bno-store\b/i.test(answer.headers['cache-control'] ?? '');
    if (answer.status !== 200 || isForbidden || answer.trial !== requester.trial) return;
    const facts = readFacts(answer.headers, source, now);
    const policy = narrow(facts.policy);
    // What may not be used without asking may still be kept to be asked about; this may not be kept at all.
    const isUnclear =
      policy === notStored ||
      policy.tags.length > namesMost ||
      facts.setsCookie ||
      answer.headers.vary?.includes('*') === true;
    const maxAgeMs = facts.statesMaxAge && Number.isFinite(policy.maxAgeMs) ? policy.maxAgeMs : 0;
    const isCheckable = answer.headers.etag !== undefined || answer.headers['last-modified'] !== undefined;
    const kept = isUnclear || (maxAgeMs <= 0 && !isCheckable) ? undefined : toKept(answer);
    const key = keyFor(
      policy.scope === 'private' ? 'private' : facts.statesPublic ? 'public' : 'unstated',
      keys,
      requester,
    );
    if (kept === undefined || key === undefined) return;
    const storedAtMs = startedMs - facts.ageMs;
    const freshUntilMs = storedAtMs + maxAgeMs;
    const { staleWhileRevalidateMs: staleMs } = policy;
    const entry: NewCacheEntry = {
      ...kept,
      key,
      storedAtMs,
      freshUntilMs,
      staleUntilMs: freshUntilMs + (Number.isFinite(staleMs) ? staleMs : 0),
      errorUntilMs: freshUntilMs + (isCheckable ? askedAboutMs : 0),
      tags: [...tags, ...policy.tags.map(ownTag)],
      mark,
    };
    store.setMany([entry]);
  }

  async #refresh(get: Get, entry: CacheEntry, key: string): Promise<void> {
    const { store } = this.#options;
    const [isOurs] = await store.claimMany([key]);
    if (isOurs !== true) return;
    const client = { ...get.fetch.client, onSubgraphHeaders: undefined, onFetched: undefined };
    // When it fails, the claim keeps others from trying again at once.
    await this.#bring({ ...get, fetch: { client, signal: undefined }, mark: store.mark }, entry).catch(() => undefined);
  }

  #keysOf({ path }: OutgoingRequest, { key, headers }: Requester): GetKeys {
    const { origin, source } = this.#options;
    const text = JSON.stringify(['GET', origin, source.subgraph, path, headers]);
    return { everybody: hash('sha256', text, 'base64url'), own: hash('sha256', `${text}${key}`, 'base64url') };
  }
}

function keyFor(scope: CacheScope, { everybody, own }: GetKeys, { hasCredentials }: Requester): string | undefined {
  const audience = audienceOf(scope, hasCredentials);
  if (audience === 'nobody') return undefined;
  return audience === 'everybody' ? everybody : own;
}
