import type { ServerResponse } from 'node:http';
import type { CompressionConfig } from '../config/web.ts';
import { chooseEncoding, compress } from './compress.ts';
import { sendWhole } from './send-whole.ts';

/** Sends an answer whose whole body is known, compressed where the client takes it and it is large enough. */
export async function sendCompressed(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  config: CompressionConfig,
): Promise<void> {
  if (!config.enabled || body.length === 0) return sendWhole(response, status, {}, body);
  response.appendHeader('vary', 'Accept-Encoding');
  const encoding = chooseEncoding(response.req.headers['accept-encoding']);
  if (encoding === undefined || Buffer.byteLength(body) < config.minimumBytes) {
    return sendWhole(response, status, {}, body);
  }
  const compressed = await compress(Buffer.from(body), encoding);
  sendWhole(response, status, { 'content-encoding': encoding }, compressed);
}
