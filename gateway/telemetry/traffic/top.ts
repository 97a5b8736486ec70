interface TopOptions<Thing> {
  /** How many have a thing of their own. */
  readonly most: number;
  readonly create: () => Thing;
  /** In milliseconds. */
  readonly now: () => number;
}

interface Own<Thing> {
  readonly thing: Thing;
  /** How often it was asked for in this turn. */
  count: number;
}

const turnMs = 60_000;
/** What is asked for less often in a turn takes nobody's place: it would be another one each time. */
const rivalLeast = 10;
/** How much more often than whose place it takes. */
const rivalFactor = 2;
const rivalsPerPlace = 4;

/** What all others are called; a key of this name is one of them. */
const otherKey = 'other';

/**
 * A thing for each of the keys that are asked for most, and one for all others together: bounded, however many keys there are. The first
 * that come have their own until, in a turn of a minute, others are asked for far more often.
 */
export class Top<Thing> {
  /** For all that have none of their own. */
  readonly other: Thing;
  readonly #options: TopOptions<Thing>;
  readonly #own = new Map<string, Own<Thing>>();
  readonly #rivals = new Map<string, number>();
  #turnEndMs: number;

  constructor(options: TopOptions<Thing>) {
    this.#options = options;
    this.other = options.create();
    this.#turnEndMs = options.now() + turnMs;
  }

  /** The thing to count under for a key. */
  at(key: string): Thing {
    const own = this.#own.get(key);
    if (own !== undefined) {
      own.count += 1;
      return own.thing;
    }
    if (key === otherKey) return this.other;
    return this.#own.size < this.#options.most ? this.#add(key) : this.#rival(key);
  }

  /** The thing of a key, where it has one of its own; does not count as asked for. */
  peek(key: string): Thing | undefined {
    return this.#own.get(key)?.thing;
  }

  /** As `peek`, and that for all others under their name. */
  find(key: string): Thing | undefined {
    return key === otherKey ? this.other : this.peek(key);
  }

  /** Keys and their things, that for all others last. */
  *entries(): IterableIterator<readonly [string, Thing]> {
    for (const [key, { thing }] of this.#own) yield [key, thing];
    yield [otherKey, this.other];
  }

  #add(key: string): Thing {
    const thing = this.#options.create();
    this.#own.set(key, { thing, count: 1 });
    return thing;
  }

  #rival(key: string): Thing {
    const { now, most } = this.#options;
    if (now() >= this.#turnEndMs) this.#turn();
    const count = this.#rivals.get(key);
    if (count !== undefined) this.#rivals.set(key, count + 1);
    else if (this.#rivals.size < most * rivalsPerPlace) this.#rivals.set(key, 1);
    return this.other;
  }

  #turn(): void {
    const weakest = [...this.#own].sort(([, one], [, other]) => one.count - other.count);
    const strongest = [...this.#rivals].filter(([, count]) => count >= rivalLeast).sort(([, a], [, b]) => b - a);
    for (const [index, [key, count]] of strongest.entries()) {
      const [gone, { count: least } = { count: Number.POSITIVE_INFINITY }] = weakest[index] ?? [''];
      if (count <= least * rivalFactor) break;
      this.#own.delete(gone);
      this.#add(key);
    }
    for (const own of this.#own.values()) own.count = 0;
    this.#rivals.clear();
    this.#turnEndMs = this.#options.now() + turnMs;
  }
}
