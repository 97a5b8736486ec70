import type { Socket } from 'node:net';
import { Client, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { SubgraphTraffic } from '../config/subgraph-traffic.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type Connector, createConnector } from './connector.ts';
import type { Connection } from './endpoints/endpoint.ts';
import { FollowingDispatcher } from './following-dispatcher.ts';
import { followTlsFiles, readTlsFiles, type TlsMaterial } from './tls-files.ts';

/** How connections to an origin are made. */
export interface ConnectionSettings
  extends Pick<SubgraphTraffic, 'connections' | 'connectTimeout' | 'http2' | 'tls' | 'proxy'> {
  /** With HTTP/2: how long nothing at all may arrive over a connection. */
  readonly timeout?: number;
}

/** As many connections as are needed where none are given. */
type PoolSettings = Omit<ConnectionSettings, 'connections'> & { readonly connections: number | undefined };

/** The most requests that go over one connection at a time with HTTP/2; what most servers allow. */
const streamsMost = 100;

/** Longest time between two pings over a connection with HTTP/2, in milliseconds. */
const pingMsMost = 2_000;
/** Shortest time without any answer to them for which a connection is given up, in milliseconds. */
const silentMsLeast = 1_000;

/** Connections for calls, and others for event streams, which keep theirs for as long as they last. */
type Lanes = Pick<Connection, 'dispatcher' | 'streams'>;

interface LeasedPool extends Lanes {
  readonly close: () => void;
  leases: number;
}

/** Keep-alive connections, shared by all that reach the same origin in the same way. */
export class Pools {
  readonly #log: Logger;
  readonly #pools = new Map<string, LeasedPool>();
  readonly #closing = new Set<Promise<unknown>>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * The connections to the origin of `url`, or to `address` in its name; see `Connect`.
   * @throws Error with a sentence for the operator when a file of `tls` cannot be used
   */
  connect(url: URL, address: string | undefined, settings: ConnectionSettings): Connection {
    const key = JSON.stringify([url.origin, address, settings]);
    const pool = this.#pools.get(key) ?? this.#open(url.origin, address, settings);
    this.#pools.set(key, pool);
    pool.leases += 1;
    let isReleased = false;
    return {
      dispatcher: pool.dispatcher,
      streams: pool.streams,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        pool.leases -= 1;
        if (pool.leases > 0) return;
        this.#pools.delete(key);
        pool.close();
      },
    };
  }

  /** Resolves when all that was given back is closed, which is when its calls have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #open(origin: string, address: string | undefined, settings: ConnectionSettings): LeasedPool {
    const open = (material?: TlsMaterial): Lanes => ({
      dispatcher: openPool(origin, address, settings, material),
      // How many there are is limited by who opens them.
      streams: openPool(origin, address, { ...settings, connections: undefined }, material),
    });
    const { tls, proxy } = settings;
    if (tls === undefined && proxy === undefined) {
      const lanes = open();
      return { ...lanes, close: () => this.#close(lanes), leases: 0 };
    }
    const first = open(tls && readTlsFiles(tls));
    const dispatcher = new FollowingDispatcher(origin, first.dispatcher);
    const streams = new FollowingDispatcher(origin, first.streams);
    const follower =
      tls &&
      followTlsFiles(tls, this.#log, (material) => {
        const next = open(material);
        this.#close({ dispatcher: dispatcher.follow(next.dispatcher), streams: streams.follow(next.streams) });
      });
    const close = () => {
      follower?.close();
      this.#close({ dispatcher: dispatcher.current, streams: streams.current });
    };
    return { dispatcher, streams, close, leases: 0 };
  }

  #close({ dispatcher, streams }: Lanes): void {
    const closing = Promise.all([dispatcher.close(), streams.close()])
      .catch((error: unknown) => this.#log.warn('Connections to a subgraph did not close cleanly.', { error }))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function openPool(
  origin: string,
  address: string | undefined,
  { connections, connectTimeout, http2, tls, proxy, timeout = Number.POSITIVE_INFINITY }: PoolSettings,
  material: TlsMaterial | undefined,
): Dispatcher {
  const limit = connections !== undefined && { connections };
  const options = {
    allowH2: http2,
    // Every call has a time limit of its own, and the events of a subscription may be hours apart.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const context = { ...material, ...(tls?.serverName !== undefined && { servername: tls.serverName }) };
  const requestTls = { ...context, allowH2: http2, timeout: connectTimeout };
  const open = (target: string | URL, connect: Connector): Pool =>
    http2
      ? new Pool(target, { ...limit, factory: (url) => createHttp2Client(url, { ...options, timeout }, connect) })
      : new Pool(target, { ...options, ...limit, connect });
  if (proxy === undefined) return open(origin, createConnector(requestTls, address));
  return new ProxyAgent({
    uri: proxy,
    ...options,
    requestTls,
    proxyTls: { timeout: connectTimeout },
    factory: (target: URL, { connect }: { readonly connect: Connector }) => open(target, withoutReturn(connect)),
  });
}

/** Tells of a proxy that hangs up as what it is. Undici takes it for a connection that was lost, and would ask without end. */
function withoutReturn(connect: Connector): Connector {
  return (target, callback) =>
    connect(target, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(new Error('The proxy gave no connection.', { cause: error }), null);
    });
}

/** A client that sends one request at a time over a connection where HTTP/2 is not offered. */
function createHttp2Client(
  origin: URL,
  { timeout, ...options }: Client.Options & { readonly timeout: number },
  connect: Connector,
): Client {
  const silentMs = Math.max(silentMsLeast, timeout);
  const pingInterval = Math.ceil(Math.min(pingMsMost, silentMs / 4));
  const client: Client = new Client(origin, {
    ...options,
    pingInterval,
    connect: (target, callback) =>
      connect(target, (...outcome) => {
        // Without a connection there is no second value, whatever its type says.
        const [error, socket] = outcome;
        const isHttp2 = error === null && 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
        client.pipelining = isHttp2 ? streamsMost : 1;
        if (isHttp2) closeOnSilence(socket, silentMs, pingInterval);
        callback(...outcome);
      }),
  });
  return client;
}

/**
 * Closes a connection over which nothing arrives any longer, though pings go out. A call that times out takes along a connection of its
 * own, but not one that it shares: all later ones would go the same way.
 */
function closeOnSilence(socket: Socket, silentMs: number, lookMs: number): void {
  let bytesRead = 0;
  let silentLooks = 0;
  const timer = setInterval(() => {
    silentLooks = socket.bytesRead === bytesRead ? silentLooks + 1 : 0;
    bytesRead = socket.bytesRead;
    if (silentLooks * lookMs > silentMs) socket.destroy(new Error('Nothing arrives over the connection any longer.'));
  }, lookMs).unref();
  socket.once('close', () => clearInterval(timer));
}
