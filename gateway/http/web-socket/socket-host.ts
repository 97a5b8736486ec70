import type { Socket } from 'node:net';
import type { GraphQLFormattedError } from 'graphql';
import type { Config } from '../../config/config.ts';
import type { GatewayError } from '../../errors.ts';
import type { OperationParams } from '../../operation/operation.ts';

/** The client at the other end of a socket, as a request of its own would show it. */
export interface SocketPeer {
  /** Those of the request that opened the socket, and what `connection_init` adds; lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly socket: Socket;
  /** Whether the client's certificate does not count. */
  readonly ignoresCertificate: boolean;
}

/** Who a client was found to be. */
export interface SocketIdentity {
  readonly key: string | undefined;
  readonly expiresAtMs: number | undefined;
}

/** What is told instead of an answer. */
export interface SocketRefusal {
  readonly errors: readonly GraphQLFormattedError[];
  /** Those that it would have over HTTP. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What came of one operation; results are JSON. */
export type SocketAnswer =
  | { readonly kind: 'refused'; readonly refusal: SocketRefusal }
  | { readonly kind: 'answered'; readonly result: string }
  | { readonly kind: 'streamed'; readonly results: AsyncIterable<string> };

/** What answers operations that come over sockets. */
export interface SocketLane {
  /** @throws GatewayError when the credentials are not accepted, or cannot be looked at */
  readonly identify: (peer: SocketPeer) => Promise<SocketIdentity>;
  /** Looks at the credentials again; gives the refusal when they have ended. */
  readonly recheck: (peer: SocketPeer, known: SocketIdentity) => Promise<GatewayError | undefined>;
  /** Answers one operation, until `left` is aborted. */
  readonly answer: (peer: SocketPeer, params: OperationParams, left: AbortSignal) => Promise<SocketAnswer>;
}

/** A configuration and what answers by it: a reload makes another, which sockets that are open have from then on. */
export interface SocketHost {
  readonly config: Pick<Config, 'listen' | 'limits' | 'identity' | 'webSocket'>;
  readonly lane: SocketLane;
}
