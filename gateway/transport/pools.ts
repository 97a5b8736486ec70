import { type Dispatcher, Pool } from 'undici';

/** Keep-alive connections to the subgraphs, shared by all that live at the same origin. */
export interface Pools {
  /** The pool for the origin of `url`. */
  readonly of: (url: URL, connectTimeoutMs: number) => Dispatcher;
  /** Ends idle connections now and the others when their call has ended. */
  readonly close: () => Promise<void>;
}

/** Pools that are made when they are first asked for; `connections` is the most to one origin. */
export function createPools(connections: number): Pools {
  const pools = new Map<string, Pool>();
  return {
    of(url, connectTimeoutMs) {
      const key = `${url.origin} ${connectTimeoutMs}`;
      const pool = pools.get(key) ?? createPool(url.origin, connections, connectTimeoutMs);
      pools.set(key, pool);
      return pool;
    },
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.close()));
    },
  };
}

function createPool(origin: string, connections: number, connectTimeoutMs: number): Pool {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    connect: { timeout: connectTimeoutMs },
    // Every call has a time limit of its own, and the events of a subscription may be hours apart.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
