import type { Shadow } from '../../config/endpoints.ts';
import { createBalancer } from './balance/create-balancer.ts';
import type { Connect } from './endpoint.ts';
import { EndpointPool } from './endpoint-pool.ts';
import type { EndpointState } from './endpoint-state.ts';
import { Groups } from './groups.ts';
import type { FoundEndpoint } from './sources/endpoint-source.ts';

export interface ShadowsOptions {
  readonly subgraph: string;
  /** `undefined` when there are to be none. */
  readonly shadow: Shadow | undefined;
  readonly connect: Connect;
  readonly now: () => number;
  readonly random: () => number;
}

/** The endpoints that get copies and nothing else: neither balancing nor retries ever see them. */
export class Shadows {
  readonly #shadow: Shadow | undefined;
  readonly #pool: EndpointPool;

  constructor({ subgraph, shadow, connect, now, random }: ShadowsOptions) {
    this.#shadow = shadow;
    this.#pool = new EndpointPool({
      subgraph,
      connect,
      balancer: createBalancer('round-robin', { slowStartMs: 0, random }),
      ejection: undefined,
      groups: new Groups({ subgraph, weights: undefined, random, onWeights: () => {} }),
      slowStartMs: 0,
      zone: undefined,
      isVetoed: undefined,
      now,
      onEjected: () => {},
    });
  }

  /** Takes what belongs here out of all that there are, and gives the others. */
  split(found: readonly FoundEndpoint[]): readonly FoundEndpoint[] {
    const url = this.#shadow?.url;
    const elsewhere =
      url === undefined
        ? []
        : [{ url: new URL(url), address: undefined, weight: 1, priority: 0, group: undefined, zone: undefined }];
    this.#pool.take([...found.filter((one) => this.owns(one)), ...elsewhere]);
    return found.filter((one) => !this.owns(one));
  }

  /** Whether it is named as one that gets copies. */
  owns({ group }: Pick<FoundEndpoint, 'group'>): boolean {
    return group !== undefined && group === this.#shadow?.group;
  }

  /** The one whose turn it is; `undefined` when there is none. */
  next(): EndpointState | undefined {
    return this.#pool.list.length === 0 ? undefined : this.#pool.choose({ kind: 'query' }, []);
  }

  close(): void {
    this.#pool.take([]);
  }
}
