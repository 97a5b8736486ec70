import type { IncomingMessage } from 'node:http';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { Config } from '../../config/config.ts';
import { GatewayError } from '../../errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { admit, assertAddress, assertMethod } from '../admission.ts';
import { createCors } from '../cors.ts';
import { isFromForeignPage } from '../csrf.ts';
import { nothingHere } from '../handler.ts';
import type { Upgrade } from '../listen.ts';
import type { LoadGuard } from '../load-guard.ts';
import { readHeaders } from '../read-headers.ts';
import { toRequestHead } from '../request-head.ts';
import { readRequestId } from '../request-id.ts';
import { GraphqlSocket } from './graphql-socket.ts';
import { openedHeaders } from './opened-headers.ts';
import type { SocketHost } from './socket-host.ts';

export interface UpgradeHandlerParts {
  readonly config: Pick<Config, 'listen' | 'limits' | 'cors' | 'webSocket'>;
  /** The client's address, where a trusted proxy tells it. */
  readonly addressOf: (request: IncomingMessage) => string | undefined;
  /** Gives what answers on sockets, whenever it is asked; `undefined` when there are to be no sockets any more. */
  readonly host: () => SocketHost | undefined;
  readonly load: LoadGuard;
  readonly log: Logger;
  /** Told of requests that are refused, for metrics. */
  readonly onRefused: (refusal: GatewayError, requestId: string) => void;
}

/** A client that has been told to close has so long, in milliseconds, to do so. */
const closeTimeout = 10_000;

/**
 * What every request for a WebSocket passes, read from top to bottom; what `createHandler` is for other requests. Messages are never
 * compressed: a small one could be made to fill the memory.
 */
export function createUpgradeHandler(parts: UpgradeHandlerParts): (upgrade: Upgrade) => void {
  const { config, addressOf, host, load, log, onRefused } = parts;
  const { listen, limits, webSocket } = config;
  const cors = createCors(config.cors);
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.bodyBytes,
    autoPong: false,
    closeTimeout,
    handleProtocols: (offered: ReadonlySet<string>) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  };
  const server = new WebSocketServer(options);
  let handshakeProblem: Error | undefined;
  server.on('wsClientError', (error) => {
    handshakeProblem = error;
  });

  const open = ({ request, socket, head, sockets, owe }: Upgrade, isForeign: boolean) => {
    const current = host();
    if (current === undefined || sockets.isLeaving) throw leaving();
    const leave = load.openSocket(webSocket);
    handshakeProblem = undefined;
    socket.once('close', leave);
    server.handleUpgrade(request, socket, head, (opened) => {
      const takesAmbient = !isForeign || config.cors.credentials;
      const headers = openedHeaders(readHeaders(request), takesAmbient);
      const peer = { headers, socket, ignoresCertificate: !takesAmbient };
      const graphqlSocket = new GraphqlSocket({ webSocket: opened, socket, peer, host, load, owe, log }, current);
      opened.once('close', sockets.add(graphqlSocket));
    });
    if (handshakeProblem !== undefined) throw noHandshake(handshakeProblem);
  };

  const route = (upgrade: Upgrade) => {
    const { request } = upgrade;
    const path = admit(request, listen);
    if (path !== listen.path) throw nothingHere(listen.path);
    assertAddress(() => addressOf(request), listen);
    if (!webSocket.enabled) throw noSockets();
    assertMethod(request, ['GET']);
    const head = toRequestHead(request);
    const isForeign = isFromForeignPage(head);
    if (isForeign && !cors.allows(head.header('origin') ?? '')) throw foreign();
    load.enter(listen)();
    open(upgrade, isForeign);
  };

  return (upgrade) => {
    try {
      route(upgrade);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const requestId = readRequestId(upgrade.request.headers['x-request-id']);
      log.debug('A request was refused.', { requestId, code: error.code, status: error.status });
      onRefused(error, requestId);
      upgrade.refuse(error, { 'x-request-id': requestId });
    }
  };
}

function noSockets(): GatewayError {
  return new GatewayError('BAD_REQUEST', 'There are no WebSockets here. Subscribe by server-sent events.');
}

function foreign(): GatewayError {
  return new GatewayError('CSRF_PREVENTION_FAILED', 'A page of another site may not open a WebSocket here.');
}

function leaving(): GatewayError {
  return new GatewayError('OVERLOADED', 'The gateway is going away. Connect again.', {
    headers: { 'retry-after': '1' },
  });
}

function noHandshake(cause: Error): GatewayError {
  return new GatewayError('BAD_REQUEST', `This is no handshake of a WebSocket: ${cause.message}.`, {
    cause,
    headers: { 'sec-websocket-version': '13' },
  });
}
