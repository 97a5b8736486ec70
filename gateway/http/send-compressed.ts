import type { ServerResponse } from 'node:http';
import type { CompressionConfig } from '../config/web.ts';
import { chooseEncoding, compress, compressOnce } from './compress.ts';
import { sendWhole } from './send-whole.ts';

/** Sends an answer whose whole body is known, compressed where the client takes it and it is large enough. */
export async function sendCompressed(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  config: CompressionConfig,
): Promise<void> {
  if (!config.enabled || (body.length === 0 && status !== 304)) return sendWhole(response, status, {}, body);
  response.appendHeader('vary', 'Accept-Encoding');
  const encoding = chooseEncoding(response.req.headers['accept-encoding']);
  if (encoding === undefined || Buffer.byteLength(body) < config.minimumBytes) {
    return sendWhole(response, status, {}, body);
  }
  // Bytes rather than a text are there when several clients get them.
  const compressed = await (typeof body === 'string'
    ? compress(Buffer.from(body), encoding)
    : compressOnce(body, encoding));
  sendWhole(response, status, { 'content-encoding': encoding }, compressed);
}
