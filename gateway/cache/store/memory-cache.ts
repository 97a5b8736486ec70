import type { CacheEntry, NewCacheEntry } from './cache-store.ts';

interface Kept {
  readonly entry: NewCacheEntry;
  bytes: number;
}

/** What an entry takes beside its texts: objects, and places in a map. */
const overheadBytes = 300;

/** Entries in memory, bounded by bytes; what was not asked for for the longest time goes first. */
export class MemoryCache {
  readonly bytesMost: number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Kept>();
  #bytes = 0;

  constructor(bytesMost: number) {
    this.bytesMost = bytesMost;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): NewCacheEntry | undefined {
    const kept = this.#entries.get(key);
    if (kept === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, kept);
    return kept.entry;
  }

  /** Whether an entry leaves room for others. */
  fits(entry: NewCacheEntry): boolean {
    return bytesOf(entry) <= this.bytesMost / 8;
  }

  /** Keeps an entry in the place of the one before. */
  set(entry: NewCacheEntry): void {
    this.delete(entry.key);
    const bytes = bytesOf(entry);
    this.#entries.set(entry.key, { entry, bytes });
    this.#bytes += bytes;
    this.#trim();
  }

  /** Counts what else is kept as long as an entry is, unless it is kept no longer. */
  hold(key: string, entry: CacheEntry, bytes: number): void {
    const kept = this.#entries.get(key);
    if (kept === undefined || kept.entry !== entry) return;
    kept.bytes += bytes;
    this.#bytes += bytes;
    this.#trim();
  }

  delete(key: string): void {
    const kept = this.#entries.get(key);
    if (kept === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= kept.bytes;
  }

  #trim(): void {
    for (const [key] of this.#entries) {
      if (this.#bytes <= this.bytesMost) return;
      this.delete(key);
    }
  }
}

function bytesOf({ key, text, tags, note = '' }: NewCacheEntry): number {
  let bytes = overheadBytes + key.length + note.length + textBytes(text);
  for (const tag of tags) bytes += 16 + textBytes(tag);
  return bytes;
}

/** V8 keeps a character in one byte where all of a text fit. */
function textBytes(text: string): number {
  return Buffer.byteLength(text) === text.length ? text.length : 2 * text.length;
}
