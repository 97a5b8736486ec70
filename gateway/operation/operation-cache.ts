import { hash } from 'node:crypto';
import { type DocumentNode, print } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GatewayError } from '../errors.ts';
import type { ChooseOperation } from './choose-operation.ts';
import type { Operation } from './operation.ts';

/** What a text turned out to be. */
export type ReadText =
  | { readonly kind: 'refused'; readonly refusal: GatewayError; readonly bytes: number }
  | { readonly kind: 'readable'; readonly choose: ChooseOperation; readonly bytes: number };

/** An operation that clients sent, to be read again by who does not know it. */
export interface UsedOperation {
  readonly text: string;
  readonly name: string | undefined;
  readonly uses: number;
}

/** A text that was read, and how often it was asked for. */
interface KnownText {
  /** Empty when it is refused. */
  readonly text: string;
  readonly read: ReadText;
  /** Those of the text that clients chose. */
  readonly chosen: Set<Operation>;
  uses: number;
}

/** Longer texts are known by their digest, which is computed faster than a fresh string of that length is looked up. */
export const keyTextMaxLength = 4_096;

/** Bytes that the cache may hold for each document it is made for, on average; a query of 60 fields takes 25 KB. */
const operationMeanBytes = 32 * 1024;

/** The texts that were read on one schema; bounded by count and by bytes. */
export class OperationCache {
  readonly #texts: LRUCache<string | bigint, KnownText>;
  #hasTwins = false;

  /** @param onForgotten told of each operation that is kept no longer; what was made of it can go as well */
  constructor(most: number, onForgotten: (operation: Operation) => void = () => {}) {
    this.#texts = new LRUCache({
      max: most,
      maxSize: most * operationMeanBytes,
      sizeCalculation: ({ read }) => read.bytes,
      dispose: ({ chosen }) => chosen.forEach(onForgotten),
    });
  }

  /** What is known of a text, which counts as a use of it. */
  use(text: string): KnownText | undefined {
    const known = this.#texts.get(toKey(text));
    if (known !== undefined) known.uses += 1;
    return known;
  }

  /** Keeps what a text turned out to be, after its first use. */
  keep(text: string, read: ReadText): KnownText {
    const known: KnownText = { text: read.kind === 'refused' ? '' : text, read, chosen: new Set(), uses: 1 };
    this.#texts.set(toKey(text), known);
    return known;
  }

  /** From now on texts are known that were printed from a document, and clients write theirs as they like. */
  expectTwins(): void {
    this.#hasTwins = true;
  }

  /** What is known of the text that is printed from a document. */
  twinOf(document: DocumentNode): ReadText | undefined {
    return this.#hasTwins ? this.#texts.peek(toKey(print(document)))?.read : undefined;
  }

  /** Has a text count for as much as half of its uses elsewhere: what was used long ago is forgotten in the end. */
  credit({ text, uses }: UsedOperation): void {
    const known = this.#texts.peek(toKey(text));
    if (known !== undefined) known.uses = Math.max(known.uses, Math.floor(uses / 2));
  }

  /** The operation of a hash, if clients sent it. */
  find(hash: string): Operation | undefined {
    for (const { chosen } of this.#texts.values()) {
      for (const operation of chosen) if (operation.hash === hash) return operation;
    }
    return undefined;
  }

  /** Most used first; at most `most`. */
  mostUsed(most: number): readonly UsedOperation[] {
    const used = [...this.#texts.values()].sort((one, other) => other.uses - one.uses).slice(0, most);
    const operations = used.flatMap(({ text, chosen, uses }) =>
      Array.from(chosen, ({ name }): UsedOperation => ({ text, name, uses })),
    );
    return operations.slice(0, most);
  }
}

/** A digest is a bigint, because a string could be sent as a text and take the place of another document. */
function toKey(text: string): string | bigint {
  return text.length <= keyTextMaxLength ? text : BigInt(`0x${hash('sha256', text)}`);
}
