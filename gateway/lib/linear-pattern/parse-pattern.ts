/** A regular expression as a tree. */
export type Expression =
  /** One character; `source` says which, as JavaScript spells it: `a`, `\d`, `[a-z]`. */
  | { readonly kind: 'character'; readonly source: string }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choice'; readonly options: readonly Expression[] }
  | {
      readonly kind: 'repeat';
      readonly of: Expression;
      readonly least: number;
      /** `undefined` for as often as it likes. */
      readonly most: number | undefined;
    };

/** The start and the end of the text, and what is and is not a boundary of a word. */
export type Assertion = 'start' | 'end' | 'boundary' | 'noBoundary';

/** Says why a pattern cannot be used; the message goes on where the name of the pattern ends. */
export class PatternError extends Error {}

const assertions = new Map<string, Assertion>([
  ['^', 'start'],
  ['$', 'end'],
  ['\\b', 'boundary'],
  ['\\B', 'noBoundary'],
]);

const token = new RegExp(
  [
    // A pair of surrogates that is written as two escapes is one character.
    String.raw`\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}`,
    String.raw`\\(?:[upP]\{[^}]*\}|k<[^>]*>|u.{4}|x.{2}|c.|.)`,
    String.raw`\[(?:\\.|[^\\\]])*\]`,
    String.raw`\(\?(?:<[^=!>]+>|<?[^<])`,
    '.',
  ].join('|'),
  'suy',
);
const quantifier = /(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/uy;
const groupStart = /^\((?:\?:|\?<[^=!>]+>)?$/u;

/**
 * Reads a regular expression of JavaScript, as with the flag `u`. What cannot be matched in one pass is refused: looking ahead or
 * behind, and references to groups. Whether a repetition is greedy makes no difference to whether a text matches.
 *
 * @throws PatternError when it is no regular expression, or one of the refused ones
 */
export function parsePattern(text: string): Expression {
  assertRegularExpression(text);
  return new Parser(text).choice();
}

/** From here on the syntax needs no more checks. It is compiled only, and never held against a text. */
function assertRegularExpression(text: string): void {
  try {
    new RegExp(text, 'u');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PatternError(`is not a regular expression: ${error.message.split(': ').at(-1)}`);
  }
}

class Parser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  choice(): Expression {
    const options = [this.#sequence()];
    while (this.#text[this.#position] === '|') {
      this.#position += 1;
      options.push(this.#sequence());
    }
    return { kind: 'choice', options };
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    while (this.#position < this.#text.length && !'|)'.includes(this.#text[this.#position] ?? '')) {
      parts.push(this.#repetition(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #atom(): Expression {
    const [source = ''] = this.#read(token) ?? [];
    const what = assertions.get(source);
    if (what !== undefined) return { kind: 'assertion', what };
    if (groupStart.test(source)) {
      const group = this.choice();
      this.#position += 1;
      return group;
    }
    if (source.startsWith('(')) throw new PatternError('looks ahead or behind, or sets flags, with (?');
    if (/^\\[1-9k]/.test(source)) throw new PatternError('refers to a group, with \\1 or \\k');
    return { kind: 'character', source };
  }

  #repetition(of: Expression): Expression {
    const [sign, least = '', comma, most = ''] = this.#read(quantifier) ?? [];
    switch (sign?.[0]) {
      case undefined:
        return of;
      case '*':
        return { kind: 'repeat', of, least: 0, most: undefined };
      case '+':
        return { kind: 'repeat', of, least: 1, most: undefined };
      case '?':
        return { kind: 'repeat', of, least: 0, most: 1 };
      default: {
        const limit = comma === undefined ? least : most;
        return { kind: 'repeat', of, least: Number(least), most: limit === '' ? undefined : Number(limit) };
      }
    }
  }

  #read(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#position;
    const match = expression.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#position = expression.lastIndex;
    return match;
  }
}
