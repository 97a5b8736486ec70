import type { OutgoingRequest } from '../call.ts';
import type { FoundBySource } from './discovery.ts';
import type { Endpoint } from './endpoint.ts';
import type { Router } from './router.ts';

/** What of a request its endpoint is chosen by; all of it is part of what tells requests in flight apart. */
export type RoutedRequest = Pick<OutgoingRequest, 'kind' | 'affinity' | 'group'>;

/** How a call of an endpoint ended. `failed` is the backend's fault; neither a 4xx nor the client's leaving is one. */
export type CallOutcome = 'answered' | 'failed' | 'cancelled';

/** All endpoints of one subgraph: which to ask, and how they have done so far. */
export interface Endpoints {
  /**
   * The endpoint for a call, rather one that is not among those that it has asked before.
   * @throws GatewayError SUBGRAPH_UNREACHABLE when there is none to ask
   */
  readonly choose: (request: RoutedRequest, asked: readonly Endpoint[]) => Endpoint;
  /** Counts a call as in flight; exactly one `ended` follows. */
  readonly began: (endpoint: Endpoint) => void;
  /** `isGood`: it was answered, and without errors of any kind. */
  readonly ended: (endpoint: Endpoint, outcome: CallOutcome, durationMs: number, isGood: boolean) => void;
  /** The next one of those that get copies and nothing else, and are no part of `list`; `undefined` when there is none. */
  readonly nextShadow: () => Endpoint | undefined;
  /** Those that are known at the moment, whether they are asked or not. */
  readonly list: () => readonly Endpoint[];
  /** What each place where endpoints are looked up said last, for who takes over from these. */
  readonly found: FoundBySource;
  /** Resolves when each of those places was looked at once, whatever came of it. */
  readonly looked: Promise<void>;
  /** The groups that calls are shared among. */
  readonly groups: EndpointGroups;
  /** Settles where a fetch goes, before it is written; `undefined` when nothing of its client decides that. */
  readonly router: Router | undefined;
  /** Stops looking for endpoints and probing them, and gives their connections back. */
  readonly close: () => void;
}

/** What calls of one group came to. */
export interface GroupCall {
  readonly group: string;
  readonly outcome: CallOutcome;
  /** It was answered, and without errors of any kind. */
  readonly isGood: boolean;
  readonly durationMs: number;
}

/** Groups of endpoints, among which calls are shared by weight; their shares can be changed while calls are made. */
export interface EndpointGroups {
  /** What each group gets, in proportion to all; one with 0 is asked by condition only. */
  readonly weights: () => ReadonlyMap<string, number>;
  /** Takes the place of what the configuration says, until `undefined` is given. */
  readonly setWeights: (weights: ReadonlyMap<string, number> | undefined) => void;
  /** The group itself while it is on trial: what it answers is not for everybody, as most are answered by another one. */
  readonly trialOf: (group: string | undefined) => string | undefined;
  /** Tells of each call that ends, until what is returned is called. */
  readonly observe: (listener: (call: GroupCall) => void) => () => void;
}
