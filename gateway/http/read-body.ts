import { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { GatewayError } from '../errors.ts';
import type { RequestHead } from './request-head.ts';

type BodySource = IncomingMessage | ReadableStream<Uint8Array> | null;

const inflaters = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['br', promisify(brotliDecompress)],
  ['deflate', promisify(inflate)],
]);

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a request's body, inflated; it is never more than `maxBytes` in memory, before or after inflating.
 * @throws GatewayError `PAYLOAD_TOO_LARGE` as soon as that is known; `UNSUPPORTED_MEDIA_TYPE` for an encoding that is not
 * gzip, br or deflate; `BAD_REQUEST` for a body that breaks off, cannot be inflated or is not UTF-8.
 */
export async function readBody(source: BodySource, head: RequestHead, maxBytes: number): Promise<string> {
  const encoding = head.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  const inflateBody = inflaters.get(encoding);
  if (inflateBody === undefined && encoding !== 'identity') {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'The body must be sent as it is or with gzip, br or deflate.', {
      headers: { 'accept-encoding': 'gzip, br, deflate' },
    });
  }
  assertAnnouncedLength(head.header('content-length'), maxBytes);
  const sent = await (source instanceof IncomingMessage ? readMessage(source, maxBytes) : readStream(source, maxBytes));
  const bytes = inflateBody === undefined ? sent : await inflateWithin(inflateBody, sent, maxBytes);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new GatewayError('BAD_REQUEST', 'The body is not valid UTF-8.', { cause });
  }
}

/**
 * Refuses a body by its Content-Length, before any of it has come.
 * @throws GatewayError `PAYLOAD_TOO_LARGE`
 */
export function assertAnnouncedLength(contentLength: string | undefined, maxBytes: number): void {
  if (Number(contentLength ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/** By events: an async iterator over the message costs several times as much. */
function readMessage(source: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    // The listeners stay, as taking them off costs more than a promise that is settled twice.
    const onData = (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      source.off('data', onData).pause();
      reject(tooLarge(maxBytes));
    };
    const onEnd = () => resolve(join(chunks, bytes));
    const onClose = (cause?: unknown) => {
      if (!source.readableEnded) reject(brokenOff(cause));
    };
    if (source.destroyed) onClose();
    source.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

async function readStream(source: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source ?? []) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
    }
  } catch (cause) {
    throw brokenOff(cause);
  }
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  return join(chunks, bytes);
}

async function inflateWithin(
  inflateBody: (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>,
  bytes: Buffer,
  maxBytes: number,
): Promise<Buffer> {
  try {
    return await inflateBody(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(maxBytes);
    throw new GatewayError('BAD_REQUEST', 'The body cannot be inflated: it is damaged or cut off.', { cause });
  }
}

function join(chunks: readonly Uint8Array[], bytes: number): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(chunks, bytes);
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError('PAYLOAD_TOO_LARGE', `The body must not be larger than ${maxBytes} bytes, inflated.`);
}

function brokenOff(cause: unknown): GatewayError {
  return new GatewayError('BAD_REQUEST', 'The body broke off before its end.', { cause });
}
