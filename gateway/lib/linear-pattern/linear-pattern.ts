import { type Assertion, type Expression, PatternError, parsePattern } from './parse-pattern.ts';
import { createProgram, type Program } from './program.ts';

/** Longest pattern, in characters. */
const patternMaxLength = 1_000;

/** States and characters that are kept; beyond, they are forgotten, so that no text can fill the memory. */
const statesMax = 500;
const charactersMax = 5_000;

/** What it takes to find out what is not kept, for each step or kind of character, where reading a character takes 1: measured. */
const partEffort = 10;

/** How much work is left. It goes down as patterns are held against texts, by 1 for about 20 nanoseconds. */
export interface Effort {
  left: number;
}

export type CompiledPattern =
  | { readonly kind: 'compiled'; readonly pattern: LinearPattern }
  | { readonly kind: 'failed'; readonly message: string };

/** Compiles a regular expression that is matched in time linear to the text, whatever the text; what cannot be is refused. */
export function compilePattern(text: string): CompiledPattern {
  if (text.length > patternMaxLength) {
    return { kind: 'failed', message: `is longer than ${patternMaxLength} characters` };
  }
  try {
    return { kind: 'compiled', pattern: new LinearPattern(parsePattern(text), false) };
  } catch (error) {
    if (error instanceof PatternError) return { kind: 'failed', message: error.message };
    throw error;
  }
}

/** Everywhere that a machine may be after some characters of a text. */
interface State {
  /** Positions of steps, in order. */
  readonly steps: readonly number[];
  readonly isStart: boolean;
  /** Whether the character before is one of a word. */
  readonly afterWord: boolean;
  /** The state after a character of a class, as far as that was asked for; `matched` where it does not matter. */
  readonly next: (State | typeof matched)[];
  /** Whether the pattern matches when the text ends here, once that was asked for. */
  matchesAtEnd: boolean | undefined;
}

const matched = Symbol('matched');

/** What is around the place between two characters. */
interface Place {
  readonly isEnd: boolean;
  readonly isBoundary: boolean;
}

/** Which of the program's characters a character is, and whether it is one of a word. Equal for all characters of a class. */
interface CharacterClass {
  readonly index: number;
  readonly isOf: readonly boolean[];
  readonly isWord: boolean;
}

/**
 * A regular expression that is matched like `RegExp.prototype.test` with the flag `u`, by a machine that reads each character once and
 * never goes back (https://swtch.com/~rsc/regexp/regexp1.html).
 */
export class LinearPattern {
  readonly #program: Program;
  readonly #tests: readonly RegExp[];
  readonly #isWord: RegExp;
  readonly #classes = new Map<string, CharacterClass>();
  readonly #classOf = new Map<number, CharacterClass>();
  readonly #states = new Map<string, State>();
  #first: State;

  constructor(expression: Expression, ignoreCase: boolean) {
    const flags = ignoreCase ? 'iu' : 'u';
    this.#program = createProgram(expression);
    this.#tests = this.#program.characters.map((source) => new RegExp(`^${source}$`, flags));
    this.#isWord = new RegExp('\\w', flags);
    this.#first = createState([this.#program.start], true, false);
  }

  /** Whether the pattern matches somewhere in the text; `undefined` when the effort that is left does not suffice to know. */
  test(text: string, effort: Effort): boolean | undefined {
    effort.left -= text.length + 1;
    let state = this.#first;
    for (let index = 0; index < text.length; index++) {
      if (effort.left < 0) return undefined;
      const codePoint = text.codePointAt(index) ?? 0;
      if (codePoint > 0xffff) index += 1;
      const character = this.#classOf.get(codePoint) ?? this.#classify(codePoint, effort);
      const next = state.next[character.index] ?? this.#read(state, character, effort);
      if (next === matched) return true;
      state = next;
    }
    state.matchesAtEnd ??= this.#reach(state, { isEnd: true, isBoundary: state.afterWord }, effort) === matched;
    return state.matchesAtEnd;
  }

  #read(state: State, character: CharacterClass, effort: Effort): State | typeof matched {
    const isBoundary = state.afterWord !== character.isWord;
    const reached = this.#reach(state, { isEnd: false, isBoundary }, effort);
    const next = reached === matched ? matched : this.#stateAfter(reached, character);
    state.next[character.index] = next;
    return next;
  }

  /** A match may begin anywhere, so the first step is always one of the next. */
  #stateAfter(reached: Iterable<number>, { isOf, isWord }: CharacterClass): State {
    const next = new Set([this.#program.start]);
    for (const position of reached) {
      const step = this.#program.steps[position];
      if (step?.kind === 'read' && isOf[step.character] === true) next.add(step.next);
    }
    const steps = [...next].sort((a, b) => a - b);
    const key = `${isWord} ${steps.join()}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      if (this.#states.size >= statesMax) {
        this.#states.clear();
        this.#first = createState(this.#first.steps, true, false);
      }
      state = createState(steps, false, isWord);
      this.#states.set(key, state);
    }
    return state;
  }

  /** All steps that can be had without reading, or that this is the end. */
  #reach(state: State, place: Place, effort: Effort): Iterable<number> | typeof matched {
    const reached = new Set(state.steps);
    for (const position of reached) {
      const step = this.#program.steps[position];
      if (step?.kind === 'end') return matched;
      if (step?.kind === 'fork') for (const next of step.next) reached.add(next);
      if (step?.kind === 'assert' && holds(step.what, state, place)) reached.add(step.next);
    }
    effort.left -= partEffort * reached.size;
    return reached;
  }

  #classify(codePoint: number, effort: Effort): CharacterClass {
    effort.left -= partEffort * this.#tests.length;
    const character = String.fromCodePoint(codePoint);
    const isOf = this.#tests.map((test) => test.test(character));
    const isWord = this.#isWord.test(character);
    const key = `${isWord} ${isOf.join()}`;
    if (this.#classOf.size >= charactersMax) this.#classOf.clear();
    const known = this.#classes.get(key) ?? { index: this.#classes.size, isOf, isWord };
    this.#classes.set(key, known);
    this.#classOf.set(codePoint, known);
    return known;
  }
}

function createState(steps: readonly number[], isStart: boolean, afterWord: boolean): State {
  return { steps, isStart, afterWord, next: [], matchesAtEnd: undefined };
}

function holds(what: Assertion, { isStart }: State, { isEnd, isBoundary }: Place): boolean {
  switch (what) {
    case 'start':
      return isStart;
    case 'end':
      return isEnd;
    case 'boundary':
      return isBoundary;
    case 'noBoundary':
      return !isBoundary;
    default:
      return what satisfies never;
  }
}
