/**
 * Tells whether a backtracking matcher may take more than linear time to find that a regular expression does not match, and says by
 * which parts: two loops that can both take the same text, one after the other (quadratic and more), or one that can take it in two
 * ways (exponential). The search for a place to begin is a loop too.
 *
 * The test is that of the ambiguity of finite automata (Weber and Seidl, 1991), on Glushkov's automaton. Bounded repetitions count as at
 * most two; expressions that refer to groups or look around with repetitions are not understood.
 *
 * @throws Error when it is not understood
 */
export function findSuperLinear({ source, flags }: Pick<RegExp, 'source' | 'flags'>): string | undefined {
  const expression = new Reader(source, flags).read();
  if (expression.whole.nullable) return undefined;
  const automaton = new Automaton(expression, flags);
  return automaton.findLoopsInARow() ?? automaton.findAmbiguousLoop();
}

/** One place of the expression that takes a character: its text, or an assertion, which takes none. */
interface Part {
  readonly text: string;
  readonly takes: (symbol: string) => boolean;
  readonly next: Set<number>;
  /** Those of `next` that are next in two ways. */
  readonly twice: Set<number>;
}

/** What a piece of the expression can begin and end with: indices of parts. */
interface Piece {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

interface Expression {
  readonly parts: readonly Part[];
  readonly whole: Piece;
  /** After such a character it does not match. */
  readonly notAfter: RegExp | undefined;
}

const empty: Piece = { nullable: true, first: [], last: [] };
const startSymbol = 'the start';
const placeSymbol = 'a place';

class Reader {
  readonly #source: string;
  readonly #flags: string;
  readonly #parts: Part[] = [];
  #notAfter: RegExp | undefined;
  #index = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags.replace(/[gy]/g, '');
  }

  read(): Expression {
    const whole = this.#alternatives();
    if (this.#index < this.#source.length) throw this.#notUnderstood();
    return { parts: this.#parts, whole, notAfter: this.#notAfter };
  }

  #alternatives(): Piece {
    let piece = this.#sequence();
    while (this.#take(/\|/y) !== undefined) {
      const other = this.#sequence();
      piece = {
        nullable: piece.nullable || other.nullable,
        first: [...piece.first, ...other.first],
        last: [...piece.last, ...other.last],
      };
    }
    return piece;
  }

  #sequence(): Piece {
    let piece = empty;
    while (this.#index < this.#source.length && !/[|)]/.test(this.#source[this.#index] ?? '')) {
      piece = this.#join(piece, this.#repeated());
    }
    return piece;
  }

  #repeated(): Piece {
    const start = this.#index;
    const once = this.#one();
    const end = this.#index;
    const [, sign, least = '', comma, most = ''] = this.#take(/([*+?])\??|\{(\d+)(,?)(\d*)\}\??/y) ?? [];
    const after = this.#index;
    if (sign === undefined && least === '') return once;
    const min = sign === undefined ? Number(least) : Number(sign === '+');
    const endless = sign === '*' || sign === '+' || (comma === ',' && most === '');
    const max = sign === '?' ? 1 : Number(most === '' ? least : most);
    let piece = empty;
    let last = empty;
    for (let copy = 0; copy < (endless ? Math.max(1, Math.min(min, 2)) : Math.min(max, 2)); copy += 1) {
      this.#index = start;
      const another = this.#one();
      if (this.#index !== end) throw this.#notUnderstood();
      piece = this.#join(piece, copy < min ? another : { ...another, nullable: true });
      last = another;
    }
    if (endless) this.#follow(last.last, last.first);
    this.#index = after;
    return piece;
  }

  #one(): Piece {
    if (this.#take(/\((?:\?:|\?<\w+>)?(?!\?)/y) !== undefined) {
      const inner = this.#alternatives();
      if (this.#take(/\)/y) === undefined) throw this.#notUnderstood();
      return inner;
    }
    const [, before] = this.#take(/\(\?<!(\[(?:[^\]\\]|\\.)*\])\)/y) ?? [];
    if (before !== undefined) {
      if (this.#parts.length > 0) throw this.#notUnderstood();
      this.#notAfter = new RegExp(before, this.#flags);
      return empty;
    }
    if (this.#take(/\(\?<?[=!](?:[^()\\*+{]|\\.)*\)/y) !== undefined) return empty;
    const assertion = this.#take(/\^|\$|\\[bB]/y)?.[0];
    if (assertion !== undefined) {
      const symbol = assertion === '^' ? startSymbol : placeSymbol;
      return this.#add(assertion, (candidate) => candidate === symbol);
    }
    const set = this.#take(
      /\[(?:[^\]\\]|\\.)*\]|\\(?:[pP]\{\w+\}|u\{\w+\}|u\w{4}|x\w{2}|[^1-9k])|[^()[\\*+?|{]|\{(?!\d)/uy,
    )?.[0];
    if (set === undefined) throw this.#notUnderstood();
    const matcher = new RegExp(`^(?:${set})$`, this.#flags);
    return this.#add(set, (symbol) => symbol !== startSymbol && symbol !== placeSymbol && matcher.test(symbol));
  }

  #add(text: string, takes: Part['takes']): Piece {
    const index = this.#parts.length;
    this.#parts.push({ text, takes, next: new Set(), twice: new Set() });
    return { nullable: false, first: [index], last: [index] };
  }

  #join(left: Piece, right: Piece): Piece {
    this.#follow(left.last, right.first);
    return {
      nullable: left.nullable && right.nullable,
      first: left.nullable ? [...left.first, ...right.first] : left.first,
      last: right.nullable ? [...left.last, ...right.last] : right.last,
    };
  }

  #follow(from: readonly number[], to: readonly number[]): void {
    for (const part of from.flatMap((index) => this.#parts[index] ?? [])) {
      for (const next of to) (part.next.has(next) ? part.twice : part.next).add(next);
    }
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#index;
    const match = pattern.exec(this.#source) ?? undefined;
    if (match !== undefined) this.#index = pattern.lastIndex;
    return match;
  }

  #notUnderstood(): Error {
    return new Error(`/${this.#source}/ is not understood at ${this.#index}.`);
  }
}

class Automaton {
  readonly #texts: readonly string[];
  /** By state, and by symbol, the states after it. The first are those of the parts. */
  readonly #next: readonly (readonly (readonly number[])[])[];
  /** By state, all states that can come after it. */
  readonly #reach: readonly ReadonlySet<number>[];
  /** States in which there is a match, whatever follows. */
  readonly #matched: ReadonlySet<number>;
  /** By state, those that come after it in two ways. */
  readonly #twice: readonly ReadonlySet<number>[];

  constructor({ parts, whole, notAfter }: Expression, flags: string) {
    const symbols = distinguish(parts, notAfter);
    const takenBy = (targets: readonly number[], symbol: string) =>
      targets.filter((index) => parts[index]?.takes(symbol));
    // Two more states: the search, where the match may begin and where it may not.
    const searchAfter = (symbol: string) => {
      if (symbol === startSymbol || symbol === placeSymbol || flags.includes('y')) return [];
      return [notAfter?.test(symbol) === true ? parts.length + 1 : parts.length];
    };
    this.#texts = [...parts.map(({ text }) => text), 'the search', 'the search'];
    this.#next = [
      ...parts.map(({ next }) => symbols.map((symbol) => takenBy([...next], symbol))),
      symbols.map((symbol) => [...searchAfter(symbol), ...takenBy(whole.first, symbol)]),
      symbols.map(searchAfter),
    ];
    this.#reach = this.#next.map((_, state) => this.#statesAfter(state));
    this.#matched = new Set(whole.last);
    this.#twice = parts.map(({ twice }) => twice);
  }

  /** States `p` and `q` and a text that leads from `p` to `p`, from `p` to `q` and from `q` to `q`. */
  findLoopsInARow(): string | undefined {
    const loops = this.#loops();
    for (const p of loops) {
      for (const q of loops) {
        if (p === q || this.#matched.has(q) || !this.#reach[p]?.has(q)) continue;
        const found = this.#leads([p, p, q], [p, q, q], [p, q, q]);
        if (found) return `${this.#texts[p]} and ${this.#texts[q]}`;
      }
    }
    return undefined;
  }

  /** A state and a text that leads from it to itself in two ways. */
  findAmbiguousLoop(): string | undefined {
    const loop = this.#loops().find((p) => {
      if (this.#matched.has(p)) return false;
      if ([...(this.#twice[p] ?? [])].some((next) => this.#canReach(next, p))) return true;
      const others = this.#loops().filter((r) => this.#reach[p]?.has(r) && this.#reach[r]?.has(p));
      return others.some((r) =>
        others.some((s) => r !== s && this.#leads([p, p], [r, s], [p, p]) && this.#leads([r, s], [p, p], [p, p])),
      );
    });
    return loop === undefined ? undefined : `${this.#texts[loop]} in two ways`;
  }

  /** Whether one text leads from each state to its target, on the way to where each must still be able to come. */
  #leads(from: readonly number[], to: readonly number[], through: readonly number[]): boolean {
    const target = to.join();
    const seen = new Set<string>();
    let level = [from];
    while (level.length > 0) {
      const later: number[][] = [];
      for (const states of level) {
        for (const following of this.#together(states)) {
          const key = following.join();
          if (key === target) return true;
          if (seen.has(key) || !following.every((state, index) => this.#canReach(state, through[index] ?? 0))) continue;
          seen.add(key);
          later.push(following);
        }
      }
      level = later;
    }
    return false;
  }

  #together(states: readonly number[]): readonly number[][] {
    const symbols = this.#next[0]?.keys() ?? [];
    return [...symbols].flatMap((symbol) =>
      states.reduce<number[][]>(
        (tuples, state) =>
          tuples.flatMap((tuple) => (this.#next[state]?.[symbol] ?? []).map((next) => [...tuple, next])),
        [[]],
      ),
    );
  }

  #canReach(state: number, target: number): boolean {
    return state === target || this.#reach[state]?.has(target) === true;
  }

  #loops(): readonly number[] {
    return [...this.#reach.keys()].filter((state) => this.#reach[state]?.has(state));
  }

  #statesAfter(state: number): ReadonlySet<number> {
    const after = new Set<number>();
    const open = [state];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const following of this.#next[next]?.flat() ?? []) {
        if (after.has(following)) continue;
        after.add(following);
        open.push(following);
      }
    }
    return after;
  }
}

/** One symbol of each kind that the parts tell apart, assertions included. */
function distinguish(parts: readonly Part[], notAfter: RegExp | undefined): readonly string[] {
  const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
  const kinds = new Map<string, string>();
  for (const symbol of [...characters, '\u017f', '\u2028', '\ud800', '\u65e5', '\u{1f600}', startSymbol, placeSymbol]) {
    const isPlace = symbol === startSymbol || symbol === placeSymbol;
    const tests = [...parts.map(({ takes }) => takes(symbol)), notAfter?.test(symbol) === true];
    const kind = isPlace ? symbol : tests.map(Number).join('');
    if (!kinds.has(kind)) kinds.set(kind, symbol);
  }
  return [...kinds.values()];
}
