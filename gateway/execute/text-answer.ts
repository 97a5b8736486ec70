import type { ExecutionResult } from 'graphql';
import { noteHeld } from '../lib/held-bytes.ts';

/** How much more memory parsed JSON takes than its text, about. */
const parsedFactor = 5;

/**
 * An answer without errors that is written already; who reads its data gets it parsed. A copy (`{ ...answer }`) is an answer like any
 * other: it has the data, and not the text, which would be wrong once the copy has other data.
 */
export class TextAnswer {
  #text: string | undefined;
  #data: Record<string, unknown> | undefined;
  declare readonly data: Record<string, unknown>;
  declare readonly extensions?: Readonly<Record<string, unknown>>;

  /** @param text `data` as JSON */
  constructor(text: string, extensions?: Readonly<Record<string, unknown>>) {
    this.#text = text;
    Object.defineProperty(this, 'data', dataProperty);
    if (extensions !== undefined) this.extensions = extensions;
  }

  /** `data` as JSON, of an answer that is written already. */
  static textOf(answer: ExecutionResult): string | undefined {
    return answer instanceof TextAnswer ? answer.#written : undefined;
  }

  /**
   * Forgets what is written, once it is on its way and nobody else has it. The promises that brought the answer are old by then, and all
   * that such garbage refers to is copied by young garbage collections, time and again, until the next whole one.
   */
  static letGo(answer: ExecutionResult): void {
    if (!(answer instanceof TextAnswer)) return;
    answer.#text = undefined;
    answer.#data = undefined;
  }

  get #written(): string {
    if (this.#text === undefined) throw new Error('The answer is read after it was sent.');
    return this.#text;
  }

  static dataOf(answer: TextAnswer): Record<string, unknown> {
    if (answer.#data === undefined) {
      const text = answer.#written;
      answer.#data = JSON.parse(text) as Record<string, unknown>;
      noteHeld(answer, parsedFactor * text.length);
    }
    return answer.#data;
  }
}

const dataProperty: PropertyDescriptor & ThisType<TextAnswer> = {
  enumerable: true,
  get() {
    return TextAnswer.dataOf(this);
  },
};
