import { GatewayError } from '../errors.ts';
import type { Connection } from './connections.ts';
import { refuseSocket } from './refuse-socket.ts';

/**
 * Ends a connection on which something came that the HTTP parser refuses, or nothing came in time. Answers that are owed for
 * earlier requests on it are given first: were the refusal written now, the client would take it for one of them.
 */
export function refuseUnreadable(connection: Connection, errorCode: string | undefined): void {
  const { socket, owed } = connection;
  if (errorCode === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const last = [...owed].at(-1);
  if (last === undefined || (owed.size === 1 && !last.req.complete && !last.headersSent)) {
    refuseSocket(connection, toRefusal(errorCode));
  } else if (last.req.complete) {
    last.shouldKeepAlive = false;
    last.once('close', () => socket.destroySoon());
  } else {
    socket.destroy();
  }
}

function toRefusal(errorCode: string | undefined): GatewayError {
  switch (errorCode) {
    case 'HPE_HEADER_OVERFLOW':
      return new GatewayError('HEADERS_TOO_LARGE', 'The request line and headers are too large.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new GatewayError('PAYLOAD_TOO_LARGE', 'The chunk extensions of the body are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new GatewayError('CLIENT_TIMEOUT', 'The request did not arrive in time.');
    default:
      return new GatewayError('BAD_REQUEST', 'This is not a valid HTTP/1.1 request.');
  }
}
