import { Refusal } from './refusal.ts';

/** So many changes of one variant wait for their turn; more would wait longer than anybody does. */
const mostWaiting = 200;

/** Lets work of the same key run one after the other. */
export class Turns {
  readonly #queues = new Map<string, (() => void)[]>();

  /** @throws Refusal `OVERLOADED` when too many wait already */
  async take<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, []);
    else if (queue.length < mostWaiting) await new Promise<void>((resolve) => queue.push(resolve));
    else throw new Refusal('OVERLOADED', `Too many changes of ${key} wait already. Try again in a minute.`);
    try {
      return await work();
    } finally {
      const next = this.#queues.get(key)?.shift();
      if (next === undefined) this.#queues.delete(key);
      else next();
    }
  }
}
