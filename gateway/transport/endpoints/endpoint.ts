import type { Dispatcher } from 'undici';

/** One place that answers for a subgraph. Its state outlives the schema: it belongs to the process. */
export interface Endpoint {
  /** Tells endpoints of a subgraph apart in metrics and logs; never for clients. */
  readonly name: string;
  readonly url: URL;
  /** `undefined` for the group of those that name none. */
  readonly group: string | undefined;
  readonly zone: string | undefined;
  readonly dispatcher: Dispatcher;
  /** Connections of their own for event streams: those that last are not to keep calls waiting. */
  readonly streams: Dispatcher;
  /** What to ask for, given a path below the endpoint's own: that may be empty, or begin with `/` or `?`. */
  readonly pathOf: (path: string) => string;
  /** Calls that it has not answered yet. */
  readonly inFlight: number;
}

/** Connections to one endpoint. */
export interface Connection {
  readonly dispatcher: Dispatcher;
  /** For event streams. */
  readonly streams: Dispatcher;
  /** Called once, when the endpoint is gone: what is in flight may end. */
  readonly release: () => void;
}

/**
 * Opens connections to the origin of `url`; with `address`, an IP address, to that in the place of what the host's name resolves to,
 * while the `Host` header and the name in TLS stay those of the URL.
 */
export type Connect = (url: URL, address: string | undefined) => Connection;
