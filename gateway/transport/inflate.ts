import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate as inflateZlib } from 'node:zlib';

const decoders: ReadonlyMap<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>> =
  new Map([
    ['gzip', promisify(gunzip)],
    ['x-gzip', promisify(gunzip)],
    ['deflate', promisify(inflateZlib)],
    ['br', promisify(brotliDecompress)],
  ]);

/**
 * Undoes a `content-encoding` (https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding).
 * @throws Error when the encoding is not known, the bytes are damaged, or more than `maxBytes` would come out.
 */
export async function inflate(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return bytes;
  const decode = decoders.get(name);
  if (decode === undefined) throw new Error('The content-encoding is not known.');
  return decode(bytes, { maxOutputLength: Math.max(1, maxBytes) });
}
