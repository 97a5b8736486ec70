import type { Cancellation } from '../cancellation.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { CallOutcome } from '../endpoints/endpoints.ts';
import type { Breaker } from './breaker.ts';
import type { CallUnderWay } from './calls-under-way.ts';

/** A breaker for each endpoint of a subgraph; one that is shut only makes others the better choice. */
export class EndpointBreakers {
  readonly #create: (endpoint: Endpoint) => Breaker;
  readonly #breakers = new WeakMap<Endpoint, Breaker>();

  constructor(create: (endpoint: Endpoint) => Breaker) {
    this.#create = create;
  }

  of(endpoint: Endpoint): Breaker {
    const known = this.#breakers.get(endpoint) ?? this.#create(endpoint);
    this.#breakers.set(endpoint, known);
    return known;
  }

  /** Whether an endpoint is rather not to be asked. */
  isShutAt(endpoint: Endpoint, nowMs: number): boolean {
    return this.#breakers.get(endpoint)?.isShutAt(nowMs) ?? false;
  }

  /** Watches a call; `undefined` when the endpoint is asked although its breaker is shut, for want of another. */
  begin(endpoint: Endpoint, nowMs: number, cancellation: Cancellation): CallUnderWay | undefined {
    return this.of(endpoint).begin(nowMs, cancellation);
  }

  ended(endpoint: Endpoint, call: CallUnderWay, outcome: CallOutcome, nowMs: number): void {
    this.of(endpoint).ended(call, outcome, nowMs);
  }
}
