import {
  Concurrency,
  type ConcurrencyCounter,
  type Entered,
  type Slot,
  type SlotRule,
} from '../policy/rate-limit/concurrency.ts';
import type { CountChannel } from './count-channel.ts';
import type { SentSlot } from './messages.ts';

/** Counts what is in flight in the primary, for all workers together. While it does not answer, each counts its part. */
export class RemoteConcurrency implements ConcurrencyCounter {
  readonly #channel: CountChannel;
  readonly #share: number;
  readonly #local = new Concurrency();

  constructor(channel: CountChannel, share: number) {
    this.#channel = channel;
    this.#share = share;
  }

  enter<Rule extends SlotRule>(slots: readonly Slot<Rule>[]): Entered<Rule> | Promise<Entered<Rule>> {
    return slots.length === 0 ? this.#local.enter(slots) : this.#enter(slots);
  }

  async #enter<Rule extends SlotRule>(slots: readonly Slot<Rule>[]): Promise<Entered<Rule>> {
    let asked = 0;
    const leave = once(() => this.#channel.tell({ do: 'leave', id: asked }));
    const answer = await this.#channel.ask((id) => {
      asked = id;
      return { do: 'enter', id, slots: slots.map(toSent) };
    }, leave);
    switch (answer?.kind) {
      case 'entered':
        return { kind: 'entered', leave };
      case 'full':
        return toFull(slots, answer.slot);
      default:
        return this.#enterHere(slots);
    }
  }

  #enterHere<Rule extends SlotRule>(slots: readonly Slot<Rule>[]): Entered<Rule> {
    const parts = slots.map(({ rule: { name, concurrency }, subject }) => {
      return { rule: { name, concurrency: Math.max(1, Math.floor(concurrency * this.#share)) }, subject };
    });
    const entered = this.#local.enter(parts);
    if (entered.kind === 'entered') return entered;
    return toFull(
      slots,
      parts.findIndex(({ rule }) => rule === entered.rule),
    );
  }
}

function toSent({ rule: { name, concurrency }, subject }: Slot<SlotRule>): SentSlot {
  return { rule: name, concurrency, subject };
}

function toFull<Rule>(slots: readonly Slot<Rule>[], position: number): Entered<Rule> {
  const slot = slots[position];
  if (slot === undefined) throw new Error(`There is no slot ${position} of ${slots.length}.`);
  return { kind: 'full', rule: slot.rule };
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
