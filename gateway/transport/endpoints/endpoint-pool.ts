import { subgraphFault } from '../subgraph-fault.ts';
import type { Balancer } from './balance/balancer.ts';
import type { Ejection, EjectionReason } from './ejection.ts';
import type { Connect, Endpoint } from './endpoint.ts';
import { EndpointState, keyOf } from './endpoint-state.ts';
import type { CallOutcome, RoutedRequest } from './endpoints.ts';
import type { Groups } from './groups.ts';
import { forgetLatency, noteLatency } from './latency.ts';
import type { FoundEndpoint } from './sources/endpoint-source.ts';
import { type Tiers, toTiers } from './tiers.ts';

export interface EndpointPoolOptions {
  readonly subgraph: string;
  readonly connect: Connect;
  readonly balancer: Balancer;
  /** `undefined` when no endpoint is ejected. */
  readonly ejection: Ejection | undefined;
  readonly groups: Groups;
  readonly slowStartMs: number;
  readonly zone: string | undefined;
  /** Whether an endpoint is not to be asked just now, for reasons of its caller's; it counts while there are others. */
  readonly isVetoed: ((endpoint: Endpoint) => boolean) | undefined;
  readonly now: () => number;
  readonly onEjected: (endpoint: Endpoint, reason: EjectionReason, forMs: number) => void;
}

/** The endpoints of a subgraph that are known, and the choice among them. */
export class EndpointPool {
  readonly #options: EndpointPoolOptions;
  #states = new Map<string, EndpointState>();
  #list: readonly EndpointState[] = [];
  /** Where there is but one, nothing has to be chosen or watched. */
  #only: EndpointState | undefined;
  /** By group, until something changes. */
  readonly #tiers = new Map<string | undefined, Tiers>();

  constructor(options: EndpointPoolOptions) {
    this.#options = options;
  }

  get list(): readonly EndpointState[] {
    return this.#list;
  }

  /**
   * Takes these for all that there are. What stays keeps its state; beside that, what is new starts slowly.
   * @throws Error when one of them cannot be connected to; then nothing has changed
   */
  take(found: readonly FoundEndpoint[]): void {
    const { groups, ejection } = this.#options;
    const wanted = byKey(found);
    const next = this.#open(wanted);
    for (const [key, state] of next) {
      const { weight, priority } = wanted.get(key) ?? state;
      state.weight = weight;
      state.priority = priority;
    }
    for (const [key, state] of this.#states) {
      if (next.has(key)) continue;
      ejection?.forget(state);
      state.release();
    }
    this.#states = next;
    this.#list = [...next.values()];
    this.#only = this.#list.length === 1 ? this.#list[0] : undefined;
    groups.adopt(this.#list);
    this.changed();
  }

  /** See `Endpoints`. */
  choose({ affinity, group }: RoutedRequest, asked: readonly Endpoint[]): EndpointState {
    if (this.#only !== undefined) return this.#only;
    const { balancer, groups, now, isVetoed, subgraph } = this.#options;
    const nowMs = now();
    const { lists, out } = this.#tiersOf(group ?? groups.pick(undefined), nowMs);
    for (const list of lists) {
      const chosen = balancer(asked.length === 0 ? list : without(list, asked), affinity, nowMs);
      if (chosen === undefined) continue;
      if (isVetoed?.(chosen) !== true) return chosen;
      const rest = without(list, asked).filter((endpoint) => !isVetoed(endpoint));
      const other = balancer(rest, affinity, nowMs);
      if (other !== undefined) return other;
    }
    if (isVetoed !== undefined && lists.every((list) => list.every(isVetoed))) {
      const aside = without(out, asked).filter((endpoint) => !isVetoed(endpoint));
      const back = balancer(aside, affinity, nowMs);
      if (back !== undefined) return back;
    }
    // Any of them may be well again: who has asked some asks the others.
    for (const list of asked.length === 0 ? [] : [...lists, out]) {
      const unasked = balancer(without(list, asked), affinity, nowMs);
      if (unasked !== undefined) return unasked;
    }
    const chosen = balancer(lists[0] ?? [], affinity, nowMs);
    if (chosen !== undefined) return chosen;
    throw subgraphFault('SUBGRAPH_UNREACHABLE', subgraph, new Error('No endpoint of it is known.'));
  }

  /** See `Endpoints`. */
  ended(endpoint: EndpointState, outcome: CallOutcome, durationMs: number, isGood: boolean): void {
    endpoint.inFlight -= 1;
    this.#options.groups.note(endpoint, outcome, durationMs, isGood);
    if (this.#only !== undefined || endpoint.isGone) return;
    const { ejection, now, onEjected } = this.#options;
    const nowMs = now();
    noteLatency(endpoint, outcome, durationMs, nowMs);
    const reason = ejection?.note(endpoint, outcome, durationMs, nowMs);
    // What was begun before the ejection still fails.
    if (reason === undefined || endpoint.ejectedUntilMs !== undefined) return;
    const forMs = ejection?.eject(endpoint, this.#list, nowMs);
    if (forMs === undefined) return;
    this.changed();
    onEjected(endpoint, reason, forMs);
  }

  /** Takes in what probes say; who is back starts slowly. */
  setHealth(endpoint: EndpointState, isHealthy: boolean): void {
    if (endpoint.isHealthy === isHealthy) return;
    endpoint.isHealthy = isHealthy;
    if (isHealthy) this.#startSlowly(endpoint);
    this.changed();
  }

  /** Has what depends on the state of endpoints worked out anew. */
  changed(): void {
    this.#tiers.clear();
  }

  /** The state of each of these, in their order; it is new for those that are. */
  #open(wanted: ReadonlyMap<string, FoundEndpoint>): Map<string, EndpointState> {
    const { connect, slowStartMs, now } = this.#options;
    const isStaying = [...wanted.keys()].some((key) => this.#states.has(key));
    const opened: EndpointState[] = [];
    try {
      const next = new Map<string, EndpointState>();
      for (const [key, one] of wanted) {
        const known = this.#states.get(key);
        const state = known ?? new EndpointState(one, connect(one.url, one.address));
        next.set(key, state);
        if (known !== undefined) continue;
        opened.push(state);
        if (isStaying && slowStartMs > 0) state.startedMs = now();
      }
      return next;
    } catch (error) {
      for (const state of opened) state.release();
      throw error;
    }
  }

  #tiersOf(group: string | undefined, nowMs: number): Tiers {
    const known = this.#tiers.get(group);
    if (known !== undefined && nowMs < known.untilMs) return known;
    for (const endpoint of this.#list) {
      if (endpoint.ejectedUntilMs === undefined || endpoint.ejectedUntilMs > nowMs) continue;
      endpoint.ejectedUntilMs = undefined;
      this.#startSlowly(endpoint);
    }
    const tiers = toTiers(this.#list, group, nowMs, this.#options);
    this.#tiers.set(group, tiers);
    return tiers;
  }

  #startSlowly(endpoint: EndpointState): void {
    forgetLatency(endpoint);
    if (this.#options.slowStartMs > 0) endpoint.startedMs = this.#options.now();
  }
}

/** Of those that are the same, the first. */
function byKey(found: readonly FoundEndpoint[]): ReadonlyMap<string, FoundEndpoint> {
  const first = new Map<string, FoundEndpoint>();
  for (const one of found) {
    const key = keyOf(one);
    if (!first.has(key)) first.set(key, one);
  }
  return first;
}

function without(list: readonly EndpointState[], asked: readonly Endpoint[]): readonly EndpointState[] {
  return list.filter((endpoint) => !asked.includes(endpoint));
}
