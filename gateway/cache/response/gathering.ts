import type { ClientRequest } from '../../transport/send.ts';
import type { AddObjects, CacheFacts, ShownObjects } from '../cache-facts.ts';
import { type CachePolicy, mergePolicies, narrower, noLimits, notStored } from '../cache-policy.ts';
import { ownTag, subgraphTag } from '../cache-tags.ts';
import type { OperationPolicy } from '../operation-policy.ts';

/** What one subgraph answer brings for the client. */
export type Brought = Parameters<NonNullable<ClientRequest['onSubgraphHeaders']>>;

/** What an answer allows, all of its parts together. */
export interface Outcome {
  readonly policy: CachePolicy;
  /** How old the oldest part was when the run began, in milliseconds. */
  readonly ageMs: number;
  /** For how long from then on all parts are fresh, in milliseconds; 0: it may not be stored. */
  readonly lifetimeMs: number;
  /** Whether a part came from other endpoints than who asks is sent to, such as by chance from those on trial: it may not be stored. */
  readonly isTried: boolean;
}

const notStorable: Outcome = { policy: notStored, ageMs: 0, lifetimeMs: 0, isTried: false };

/** Takes what the subgraph answers of one run say of storing them, and what they bring for the client. */
export class Gathering {
  readonly brought: Brought[] = [];
  readonly #subgraphs = new Set<string>();
  readonly #objects: AddObjects[] = [];
  readonly #known: OperationPolicy;
  readonly #trials: ReadonlyMap<string, string>;
  #policy = noLimits;
  #lifetimeMs = Number.POSITIVE_INFINITY;
  #ageMs = 0;
  #allStateMaxAge = true;
  #allStatePublic = true;
  #setsCookie = false;
  #isTried = false;
  #isDegraded = false;

  /** @param trials by subgraph, the groups of endpoints on trial whose answers are for who asks */
  constructor(known: OperationPolicy, trials: ReadonlyMap<string, string>) {
    this.#known = known;
    this.#trials = trials;
  }

  /** Whether a part is for one client alone. */
  get setsCookie(): boolean {
    return this.#setsCookie;
  }

  /** Names of all that was asked, of what it brought, and those that it gave itself. */
  readTags(): readonly string[] {
    let objects: ShownObjects | undefined;
    for (const add of this.#objects) objects = add(objects);
    return [...Array.from(this.#subgraphs, subgraphTag), ...(objects?.kept ?? []), ...this.#policy.tags.map(ownTag)];
  }

  /** The client request for a run: what is told to it is kept here, and told to `client` as well. */
  overhear(client: ClientRequest): ClientRequest {
    return {
      ...client,
      onSubgraphHeaders: (...brought: Brought) => {
        this.brought.push(brought);
        client.onSubgraphHeaders?.(...brought);
      },
      onFetched: (facts) => {
        this.#take(facts);
        client.onFetched?.(facts);
      },
      onObjects: (add) => {
        this.#objects.push(add);
        client.onObjects?.(add);
      },
    };
  }

  /** The client request for a run whose answer may turn out to be for somebody else: what is told to it is only kept here. */
  hold(client: ClientRequest): ClientRequest {
    return this.overhear({ ...client, onSubgraphHeaders: undefined, onFetched: undefined, onObjects: undefined });
  }

  /** What the schema, the rules and all backends together allow. */
  outcome(): Outcome {
    const { policy: declared, isComplete } = this.#known;
    const isCovered = isComplete || this.#allStateMaxAge;
    if (this.#setsCookie || this.#isDegraded || !isCovered || this.#subgraphs.size === 0) return notStorable;
    const lifetimeMs = Math.min(this.#lifetimeMs, declared.maxAgeMs - this.#ageMs);
    if (!(lifetimeMs > 0) || lifetimeMs === Number.POSITIVE_INFINITY) return notStorable;
    const stated = declared.scope === 'unstated' && this.#allStatePublic ? 'public' : declared.scope;
    const policy = { ...mergePolicies(declared, this.#policy), scope: narrower(stated, this.#policy.scope) };
    return { policy, ageMs: this.#ageMs, lifetimeMs, isTried: this.#isTried };
  }

  #take({ subgraph, policy, statesMaxAge, statesPublic, ageMs, setsCookie, degraded, trial }: CacheFacts): void {
    this.#subgraphs.add(subgraph);
    this.#policy = mergePolicies(this.#policy, policy);
    this.#lifetimeMs = Math.min(this.#lifetimeMs, policy.maxAgeMs - ageMs);
    this.#ageMs = Math.max(this.#ageMs, ageMs);
    this.#allStateMaxAge &&= statesMaxAge;
    this.#allStatePublic &&= statesPublic;
    this.#setsCookie ||= setsCookie;
    this.#isDegraded ||= degraded;
    this.#isTried ||= trial !== this.#trials.get(subgraph);
  }
}
