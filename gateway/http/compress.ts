import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { noteHeld, toKept } from '../lib/held-bytes.ts';

export type Encoding = 'br' | 'gzip';

/** In the order of preference: at these levels brotli makes answers smaller than gzip in about the same time. */
const encodings: readonly Encoding[] = ['br', 'gzip'];
const brotliQuality = 4;
const gzipLevel = 6;

const brotli = promisify<Buffer, { params: Record<number, number> }, Buffer>(brotliCompress);
const gzipped = promisify<Buffer, { level: number }, Buffer>(gzip);

/** What the client likes best of what is made here; `undefined` for none (https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding). */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding | undefined {
  if (acceptEncoding === undefined) return undefined;
  const weights = new Map(acceptEncoding.toLowerCase().split(',').map(toWeight));
  let best: Encoding | undefined;
  let bestWeight = 0;
  for (const encoding of encodings) {
    const weight = weights.get(encoding) ?? weights.get('*') ?? 0;
    if (weight <= bestWeight) continue;
    best = encoding;
    bestWeight = weight;
  }
  return best;
}

/** Compresses off the main thread, at a level for answers that are made once. */
export async function compress(body: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'gzip') return gzipped(body, { level: gzipLevel });
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
  };
  return brotli(body, { params });
}

/** What was compressed of bodies that are sent several times. */
const compressed = new WeakMap<Buffer, Map<Encoding, Promise<Buffer>>>();

/** Compresses as {@link compress} does, each body only once. Nobody may change it. */
export function compressOnce(body: Buffer, encoding: Encoding): Promise<Buffer> {
  const done = compressed.get(body) ?? new Map<Encoding, Promise<Buffer>>();
  compressed.set(body, done);
  const known = done.get(encoding);
  if (known !== undefined) return known;
  const result = compressToKeep(body, encoding);
  done.set(encoding, result);
  return result;
}

/** What the compressor gives is a piece of a buffer of its own, of 16 KB and more. */
async function compressToKeep(body: Buffer, encoding: Encoding): Promise<Buffer> {
  const result = toKept(await compress(body, encoding));
  noteHeld(body, result.length);
  return result;
}

function toWeight(item: string): readonly [name: string, weight: number] {
  const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return [name, Number.isNaN(weight) ? 0 : weight];
}
