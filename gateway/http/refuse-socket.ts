import { STATUS_CODES } from 'node:http';
import type { GatewayError } from '../errors.ts';
import type { Connection } from './connections.ts';
import { toRefusalText } from './write-refusal.ts';

/** Writes a refusal for what is no HTTP request and so has no response object, and closes the connection. */
export function refuseSocket(
  { socket }: Connection,
  refusal: GatewayError,
  more: Readonly<Record<string, string>> = {},
): void {
  // After CONNECT node has taken its own listener off; an error would end the gateway.
  socket.on('error', () => {});
  const body = toRefusalText(refusal);
  const headers = {
    ...refusal.headers,
    ...more,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${lines.join('')}\r\n${body}`);
  socket.destroySoon();
}
