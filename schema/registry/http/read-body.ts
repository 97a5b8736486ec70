import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Refusal } from '../refusal.ts';

/** Whether a media type is JSON. */
const jsonType = /^application\/(?:[\w.+-]{1,64}\+)?json\s*(?:;|$)/i;

const inflate = promisify(gunzip);

/**
 * The JSON of a request, of at most so many bytes, sent as they are or with gzip.
 * @throws Refusal `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `BAD_REQUEST`
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  // A form of a web page can send no such type.
  if (!jsonType.test(request.headers.get('content-type') ?? '')) {
    throw new Refusal('UNSUPPORTED_MEDIA_TYPE', 'The body must be sent as application/json.');
  }
  const sent = await readBytes(request, maxBytes);
  const text = await decode(sent, request.headers.get('content-encoding') ?? 'identity', maxBytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (cause) {
    throw new Refusal('BAD_REQUEST', 'The body is not JSON in UTF-8.', { cause });
  }
}

/**
 * The body of a request as it was sent, of at most so many bytes.
 * @throws Refusal `PAYLOAD_TOO_LARGE`
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function decode(sent: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  switch (encoding.toLowerCase()) {
    case 'identity':
      return sent;
    case 'gzip':
      try {
        return await inflate(sent, { maxOutputLength: maxBytes });
      } catch (cause) {
        if (cause instanceof RangeError) throw tooLarge(maxBytes);
        throw new Refusal('BAD_REQUEST', 'The body is not gzip.', { cause });
      }
    default:
      throw new Refusal('UNSUPPORTED_MEDIA_TYPE', 'The body may be sent with gzip, or as it is.');
  }
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal('PAYLOAD_TOO_LARGE', `The body must not be larger than ${maxBytes} bytes.`);
}
