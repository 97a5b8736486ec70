import { type Assertion, type Expression, PatternError } from './parse-pattern.ts';

/** One step of a program, and by position the steps that may come after it. */
type Step =
  | { readonly kind: 'read'; readonly character: number; readonly next: number }
  | { readonly kind: 'assert'; readonly what: Assertion; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'end' };

/** A pattern as a machine that may be at several steps at a time. */
export interface Program {
  readonly steps: readonly Step[];
  /** Position of the first step. */
  readonly start: number;
  /** The kinds of characters that it tells apart, as JavaScript spells them. */
  readonly characters: readonly string[];
}

/** Bounds the memory of a pattern, and what one character of a text costs. */
const stepsMax = 4_000;

/**
 * Makes a program of a pattern, with repetitions written out.
 * @throws PatternError when it would have more than 4,000 steps
 */
export function createProgram(pattern: Expression): Program {
  const builder = new Builder();
  const start = builder.build(pattern, builder.add({ kind: 'end' }));
  return { steps: builder.steps, start, characters: [...builder.characters.keys()] };
}

class Builder {
  readonly steps: Step[] = [];
  readonly characters = new Map<string, number>();
  #built = 0;

  /** The position of the step at which the expression begins, after which the program goes on at `next`. */
  build(expression: Expression, next: number): number {
    // Counted here too, as a repetition of nothing adds no step.
    this.#built += 1;
    if (this.#built > stepsMax) throw tooLarge();
    switch (expression.kind) {
      case 'character':
        return this.add({ kind: 'read', character: this.#characterOf(expression.source), next });
      case 'assertion':
        return this.add({ kind: 'assert', what: expression.what, next });
      case 'sequence':
        return expression.parts.reduceRight((after, part) => this.build(part, after), next);
      case 'choice':
        return this.#choose(expression.options.map((option) => this.build(option, next)));
      case 'repeat':
        return this.#repeat(expression, next);
      default:
        return expression satisfies never;
    }
  }

  add(step: Step): number {
    if (this.steps.length === stepsMax) throw tooLarge();
    return this.steps.push(step) - 1;
  }

  #choose(options: readonly number[]): number {
    const [only] = options;
    return only !== undefined && options.length === 1 ? only : this.add({ kind: 'fork', next: options });
  }

  #repeat({ of, least, most }: Extract<Expression, { kind: 'repeat' }>, next: number): number {
    let entry = most === undefined ? this.#loop(of, next) : next;
    for (let count = least; count < (most ?? least); count++) entry = this.#choose([this.build(of, entry), next]);
    for (let count = 0; count < least; count++) entry = this.build(of, entry);
    return entry;
  }

  #loop(of: Expression, next: number): number {
    const options = [next];
    const loop = this.add({ kind: 'fork', next: options });
    options.push(this.build(of, loop));
    return loop;
  }

  #characterOf(source: string): number {
    const known = this.characters.get(source);
    if (known !== undefined) return known;
    this.characters.set(source, this.characters.size);
    return this.characters.size - 1;
  }
}

function tooLarge(): PatternError {
  return new PatternError(
    `has more than ${stepsMax} parts when repetitions are written out; use maxLength for lengths`,
  );
}
