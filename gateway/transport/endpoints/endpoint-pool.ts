import { subgraphFault } from '../subgraph-fault.ts';
import type { Balancer } from './balance/balancer.ts';
import type { Ejection, EjectionReason } from './ejection.ts';
import type { Connect, Endpoint } from './endpoint.ts';
import { EndpointState, keyOf } from './endpoint-state.ts';
import type { CallOutcome, RoutedRequest } from './endpoints.ts';
import type { Groups } from './groups.ts';
import { noteLatency } from './latency.ts';
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

  /** Takes these for all that there are. What stays keeps its state; beside that, what is new starts slowly. */
  take(found: readonly FoundEndpoint[]): void {
    const { connect, groups, slowStartMs, now, ejection } = this.#options;
    const isStaying = found.some((one) => this.#states.has(keyOf(one)));
    const next = new Map<string, EndpointState>();
    for (const one of found) {
      const key = keyOf(one);
      if (next.has(key)) continue;
      const state = this.#states.get(key) ?? new EndpointState(one, connect(one.url, one.address));
      if (isStaying && slowStartMs > 0 && !this.#states.has(key)) state.startedMs = now();
      state.weight = one.weight;
      state.priority = one.priority;
      next.set(key, state);
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
    const { lists } = this.#tiersOf(group ?? groups.pick(undefined), nowMs);
    for (const list of lists) {
      const chosen = balancer(asked.length === 0 ? list : without(list, asked), affinity, nowMs);
      if (chosen === undefined) continue;
      if (isVetoed?.(chosen) !== true) return chosen;
      const rest = without(list, asked).filter((endpoint) => !isVetoed(endpoint));
      const other = balancer(rest, affinity, nowMs);
      if (other !== undefined) return other;
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
    if (this.#options.slowStartMs > 0) endpoint.startedMs = this.#options.now();
  }
}

function without(list: readonly EndpointState[], asked: readonly Endpoint[]): readonly EndpointState[] {
  return list.filter((endpoint) => !asked.includes(endpoint));
}
