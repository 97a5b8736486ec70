import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Long enough for a client that is still sending to read the answer; then the connection is closed under it. */
const lingerMs = 1_000;

/** Longer texts are sent as bytes, in characters: as text they would be put behind the head, and written once more so. */
const textLengthMost = 16_384;

/**
 * Sends an answer whose whole body is known; for HEAD its headers only. When the request's body has not been read to its
 * end, the connection is closed after it, a little later: closing at once would reset the connection before the client,
 * busy sending, has read the answer.
 */
export function sendWhole(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  text: string | Buffer,
): void {
  const request = response.req;
  if (response.destroyed || !request.socket.writable) return;
  const body = typeof text === 'string' && text.length > textLengthMost ? toBytes(text) : text;
  const arriving = hasBody(request) && !request.complete;
  if (status !== 204 && status !== 304) response.setHeader('content-length', Buffer.byteLength(body));
  if (arriving) response.shouldKeepAlive = false;
  response.writeHead(status, headers);
  const content = request.method === 'HEAD' ? '' : body;
  if (!arriving) {
    response.end(content);
    return;
  }
  if (content.length > 0) response.write(content);
  else response.flushHeaders();
  linger(request, response);
}

function linger(request: IncomingMessage, response: ServerResponse): void {
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  request.once('end', end).once('close', end).once('error', end).resume();
}

function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || length !== '0';
}

/** Latin-1 is ASCII where every character is one byte of UTF-8, and takes a quarter of the time. */
function toBytes(text: string): Buffer {
  return Buffer.from(text, Buffer.byteLength(text) === text.length ? 'latin1' : 'utf8');
}
