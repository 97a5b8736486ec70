import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { NewCacheEntry } from './cache-store.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Below, what compressing saves is not worth its time. */
const compressedFromBytes = 2_048;
/** Nothing that is stored is larger once inflated. */
const inflatedMost = 64 * 1024 ** 2;

/** The first byte says what follows. */
const plain = 0x6a;
const deflated = 0x7a;
const lineEnd = 0x0a;

/** Writes an entry for Redis: a line of JSON with all about it, and then its text. */
export async function encodeEntry(entry: NewCacheEntry): Promise<Buffer> {
  const { storedAtMs, freshUntilMs, staleUntilMs, errorUntilMs, mark, tags, note = null, text } = entry;
  const head = JSON.stringify([storedAtMs, freshUntilMs, staleUntilMs, errorUntilMs, mark, note, tags]);
  const body = Buffer.from(`${head}\n${text}`);
  if (body.length < compressedFromBytes) return Buffer.concat([Buffer.of(plain), body]);
  return Buffer.concat([Buffer.of(deflated), await deflate(body, { level: 1 })]);
}

/** The entry that was written; `undefined` for anything else. */
export async function decodeEntry(key: string, bytes: Buffer): Promise<NewCacheEntry | undefined> {
  try {
    const body = bytes.subarray(1);
    if (bytes[0] === plain) return parseEntry(key, body);
    if (bytes[0] !== deflated) return undefined;
    return parseEntry(key, await inflate(body, { maxOutputLength: inflatedMost }));
  } catch {
    return undefined;
  }
}

function parseEntry(key: string, written: Buffer): NewCacheEntry | undefined {
  const end = written.indexOf(lineEnd);
  const head: unknown = JSON.parse(written.toString('utf8', 0, end));
  if (!Array.isArray(head)) return undefined;
  const [storedAtMs, freshUntilMs, staleUntilMs, errorUntilMs, mark, note, tags]: unknown[] = head;
  if (![storedAtMs, freshUntilMs, staleUntilMs, errorUntilMs, mark].every(Number.isFinite)) return undefined;
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return undefined;
  return {
    key,
    storedAtMs: Number(storedAtMs),
    freshUntilMs: Number(freshUntilMs),
    staleUntilMs: Number(staleUntilMs),
    errorUntilMs: Number(errorUntilMs),
    mark: Number(mark),
    note: typeof note === 'string' ? note : undefined,
    tags,
    // A slice of a text would keep all of it.
    text: written.toString('utf8', end + 1),
  };
}
