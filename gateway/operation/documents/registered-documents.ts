import { LRUCache } from 'lru-cache';

/** Longer texts are run and not kept: few of them would push out all others. */
const shareOfOne = 16;

/** What an entry takes beside its text: the hash and the bookkeeping. */
const entryBytes = 300;

/** Documents that clients register by their SHA-256, bounded by bytes; those used longest ago go first. */
export class RegisteredDocuments {
  readonly #texts: LRUCache<string, string>;

  constructor(maxBytes: number) {
    const maxSize = Math.max(1, maxBytes);
    this.#texts = new LRUCache({
      maxSize,
      maxEntrySize: Math.max(1, Math.floor(maxSize / shareOfOne)),
      sizeCalculation: (text) => entryBytes + 2 * text.length,
    });
  }

  find(digest: string): string | undefined {
    return this.#texts.get(digest);
  }

  /** `digest` must be that of the text. */
  keep(digest: string, text: string): void {
    if (this.#texts.get(digest) === undefined) this.#texts.set(digest, text);
  }
}
