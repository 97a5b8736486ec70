import type { ExecutionResult } from 'graphql';

/**
 * An answer without errors that is written already; who reads its data gets it parsed. A copy (`{ ...answer }`) is an answer like any
 * other: it has the data, and not the text, which would be wrong once the copy has other data.
 */
export class TextAnswer {
  readonly #text: string;
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
    return answer instanceof TextAnswer ? answer.#text : undefined;
  }

  static dataOf(answer: TextAnswer): Record<string, unknown> {
    answer.#data ??= JSON.parse(answer.#text) as Record<string, unknown>;
    return answer.#data;
  }
}

const dataProperty: PropertyDescriptor & ThisType<TextAnswer> = {
  enumerable: true,
  get() {
    return TextAnswer.dataOf(this);
  },
};
