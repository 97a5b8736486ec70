import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';

/** Bytes, and how a text became them. */
export interface Compressed {
  readonly encoding: 'br' | 'utf8';
  readonly bytes: Uint8Array;
}

/** Shorter texts grow, or shrink by less than a row of a table takes. */
const shortest = 128;

const deflate = promisify(brotliCompress);
const inflate = promisify(brotliDecompress);

/** Makes a text small, where that pays. */
export async function compress(text: string): Promise<Compressed> {
  const plain = Buffer.from(text);
  if (plain.length < shortest) return { encoding: 'utf8', bytes: plain };
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 5,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  return { encoding: 'br', bytes: await deflate(plain, { params }) };
}

/** @throws Error when the bytes are damaged */
export async function decompress(encoding: string, bytes: Uint8Array): Promise<string> {
  return (encoding === 'br' ? await inflate(bytes) : Buffer.from(bytes)).toString();
}
