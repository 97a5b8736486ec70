import { type Debit, shareOf } from '../store/bucket.ts';
import type { LastingLimitStore, Taken, UsePage } from '../store/limit-store.ts';
import type { CountChannel } from './count-channel.ts';
import type { SentDebit } from './messages.ts';

export interface RemoteLimitStoreOptions {
  readonly channel: CountChannel;
  /** Counts while the primary does not answer. */
  readonly local: LastingLimitStore;
  /** The part of each limit that is given out meanwhile. */
  readonly share: number;
}

/** Counts limits in the primary, for all workers together: exactly, and for one message there and back. */
export class RemoteLimitStore implements LastingLimitStore {
  readonly #options: RemoteLimitStoreOptions;

  constructor(options: RemoteLimitStoreOptions) {
    this.#options = options;
  }

  async take(debits: readonly Debit[]): Promise<Taken> {
    const { channel, local, share } = this.#options;
    const sent = debits.map(toSent);
    const correct = (amounts: readonly number[]) => channel.tell({ do: 'correct', debits: sent, amounts });
    const answer = await channel.ask(
      (id) => ({ do: 'take', id, debits: sent }),
      // It was counted here meanwhile.
      ({ kind }) => kind === 'taken' && correct(debits.map(({ amount }) => -amount)),
    );
    switch (answer?.kind) {
      case 'taken':
        return { kind: 'taken', states: answer.states, correct };
      case 'refused':
        return { kind: 'refused', states: answer.states };
      default:
        return await local.take(debits.map((debit) => shareOf(debit, share)));
    }
  }

  /** The primary lists by itself. */
  list(): UsePage {
    return { uses: [], next: undefined };
  }

  keepOnly(names: ReadonlySet<string>): void {
    this.#options.local.keepOnly(names);
  }

  close(): void {
    this.#options.local.close();
  }
}

function toSent({ limit: { name, amount, periodMs, burst }, ...debit }: Debit): SentDebit {
  return { limit: { name, amount, periodMs, burst }, subject: debit.subject, label: debit.label, amount: debit.amount };
}
