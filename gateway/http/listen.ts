import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ListenConfig } from '../config/listen.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { Connections } from './connections.ts';
import { drain } from './drain.ts';
import { LinedResponse } from './lined-response.ts';
import { refuseSocket } from './refuse-socket.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import { followTls, readTls, showsBadCertificate } from './tls.ts';
import { UpgradableRequest } from './upgradable-request.ts';
import { Sockets } from './web-socket/sockets.ts';
import { writeRefusal } from './write-refusal.ts';

/**
 * How many connections may wait until the event loop comes round; the system may allow fewer. One that finds no room is tried again by its
 * client after a second, then after three: Node's 511 are soon gone when a crowd comes.
 */
const connectionsWaitingMost = 4_096;

interface ListenOptions {
  readonly config: ListenConfig;
  /** How the names of what is set for TLS begin where operators set it. Default: `listen.tls.` */
  readonly tlsSettings?: string;
  /** What it throws is a fault: logged, and answered 500. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  /** Takes over the connection of a request for a WebSocket. Default: such a request is one like any other. */
  readonly upgrade?: (upgrade: Upgrade) => void;
  readonly log: Logger;
}

/** A request for a WebSocket and the connection that it came on. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What of the WebSocket has come already. */
  readonly head: Buffer;
  /** To be told of the WebSocket when there is one. */
  readonly sockets: Sockets;
  /** Counts an answer that is owed on the WebSocket until what is returned is called. */
  readonly owe: () => () => void;
  /** Answers with a refusal and closes the connection. */
  readonly refuse: (refusal: GatewayError, headers: Readonly<Record<string, string>>) => void;
}

/** A server that listens. */
export interface Listener {
  readonly port: number;
  /** Where to reach it from this machine, without a path. */
  readonly url: string;
  /** How many answers are owed to clients. */
  readonly inFlight: () => number;
  /** Stops listening and lets what is in flight end for at most `deadlineMs`; resolves with what had to be cut off. */
  readonly drain: (deadlineMs: number) => Promise<{ readonly aborted: number }>;
}

/**
 * Opens a port for HTTP/1.1, with TLS or without. Clients that send or read too slowly, or not HTTP, are refused and closed;
 * none can bring it down.
 * @throws Error with a sentence for the operator when the port cannot be opened or a file of `tls` cannot be used
 */
export async function listen({
  config,
  tlsSettings = 'listen.tls.',
  handle,
  upgrade,
  log,
}: ListenOptions): Promise<Listener> {
  const connections = new Connections();
  const sockets = new Sockets();
  const { server, followFiles } = await createStrictServer(config, connections, { settings: tlsSettings, log });
  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    connections.begin(response);
    try {
      await handle(request, response);
    } catch (error) {
      answerFault(response, error, log);
    }
  };
  server.on('request', onRequest).on('checkContinue', onRequest).on('checkExpectation', onRequest);
  server.on('connect', (_request, socket) => {
    const connection = connections.find(socket);
    if (connection !== undefined) refuseSocket(connection, noProxy());
  });
  if (upgrade !== undefined) {
    server.on('upgrade', (request, duplex, head) => {
      const connection = connections.find(duplex);
      // Answers that are still owed on the connection would end up between the messages.
      if (connection === undefined || connection.owed.size > 0) {
        duplex.destroy();
        return;
      }
      const { socket } = connection;
      const refuse: Upgrade['refuse'] = (refusal, headers) => refuseSocket(connection, refusal, headers);
      try {
        upgrade({ request, socket, head, sockets, owe: () => connections.owe(), refuse });
      } catch (error) {
        log.error('A request failed unexpectedly.', { error });
        duplex.destroy();
      }
    });
  }
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const connection = connections.find(socket);
    if (connection !== undefined) refuseUnreadable(connection, error.code);
    else socket.destroy();
  });
  server.on('timeout', (socket) => {
    // While an answer is being made nothing moves either; only one that is made and not taken is the client's doing.
    const waitsForUs = (connections.find(socket)?.owed.size ?? 0) > 0 && socket.writableLength === 0;
    if (!waitsForUs) socket.destroy();
  });
  await open(server, config);
  const files = followFiles();
  server.on(
    'error',
    onceASecond((error) => log.warn('A connection could not be accepted.', { error })),
  );
  const { port, address, family } = addressOf(server);
  return {
    port,
    url: `${config.tls === undefined ? 'http' : 'https'}://${toReachable(address, family)}:${port}`,
    inFlight: () => connections.inFlight,
    drain: (deadlineMs) => {
      files.close();
      sockets.leaveAll();
      return drain(server, connections, deadlineMs);
    },
  };
}

interface StrictServer {
  readonly server: Server;
  /** Takes files of TLS that change. */
  readonly followFiles: () => { readonly close: () => void };
}

async function createStrictServer(
  config: ListenConfig,
  connections: Connections,
  operator: Parameters<typeof followTls>[2],
): Promise<StrictServer> {
  const options: ServerOptions = {
    headersTimeout: config.headersTimeout,
    requestTimeout: config.requestTimeout,
    keepAliveTimeout: config.keepAliveTimeout,
    connectionsCheckingInterval: Math.min(1_000, config.headersTimeout),
    // Node counts the request line as a header; admission tells them apart.
    maxHeaderSize: config.headerBytes + config.urlBytes,
    insecureHTTPParser: false,
    // Node would refuse without a body; admission asks for one.
    requireHostHeader: false,
    // Node would take the first of two Authorization headers, and a proxy in front may have looked at the other.
    joinDuplicateHeaders: true,
    IncomingMessage: UpgradableRequest,
    ServerResponse: LinedResponse,
    noDelay: true,
  };
  const harden = (server: Server) => {
    // Node's default of 2,000 drops further headers without a word.
    server.maxHeadersCount = 0;
    server.setTimeout(config.writeTimeout);
    server.on('connection', (socket) => connections.accepted(socket));
  };
  if (config.tls === undefined) {
    const server = createServer(options);
    harden(server);
    server.on('connection', (socket) => connections.opened(socket));
    return { server, followFiles: () => ({ close() {} }) };
  }
  const { tls, headersTimeout } = config;
  const server = createSecureServer({
    ...options,
    ...(await readTls(tls, operator.settings)),
    handshakeTimeout: headersTimeout,
  });
  harden(server);
  // Before the listener of Node's HTTP server: a request may have come with the last bytes of the handshake.
  server.prependListener('secureConnection', (socket) => {
    if (showsBadCertificate(socket)) socket.destroy();
    else connections.opened(socket);
  });
  return { server, followFiles: () => followTls(server, tls, operator) };
}

function open(server: Server, { host, port }: ListenConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException) => reject(new Error(toSentence(cause, host, port), { cause }));
    server.once('error', onError);
    server.listen({ port, host, backlog: connectionsWaitingMost }, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

function toSentence({ code }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is taken. Stop the program that listens there, or choose another port.`;
    case 'EACCES':
      return `This user may not open port ${port} of ${host}. Choose a port above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine. Listen on 127.0.0.1, or on 0.0.0.0 for all of its addresses.`;
    default:
      return `Port ${port} of ${host} cannot be opened (${code}).`;
  }
}

function answerFault(response: ServerResponse, error: unknown, log: Logger): void {
  const requestId = response.getHeader('x-request-id');
  const clientLeft = response.destroyed && response.errored === null;
  if (clientLeft) {
    log.debug('A client left before its answer.', { requestId, error });
    return;
  }
  log.error('A request failed unexpectedly.', { requestId, error });
  if (response.headersSent) response.destroy();
  else writeRefusal(response, new GatewayError('INTERNAL_SERVER_ERROR', 'Unexpected error.'));
}

function noProxy(): GatewayError {
  return new GatewayError('METHOD_NOT_ALLOWED', 'This is no proxy.', { headers: { allow: 'GET, POST, OPTIONS' } });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.');
  return address;
}

function toReachable(address: string, family: string): string {
  if (address === '0.0.0.0' || address === '::') return 'localhost';
  return family === 'IPv6' ? `[${address}]` : address;
}

/** Out of file descriptors, every connection fails: the log must not be flooded with it. */
function onceASecond(report: (error: unknown) => void): (error: unknown) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (performance.now() - last < 1_000) return;
    last = performance.now();
    report(error);
  };
}
