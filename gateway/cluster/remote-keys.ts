import { setTimeout as pause } from 'node:timers/promises';
import type { Claim, IdempotencyStore } from '../idempotency/idempotency-store.ts';
import type { IdempotencyMemory, MemoryLimits } from '../idempotency/memory-idempotency-store.ts';
import type { CountChannel } from './count-channel.ts';

/** How soon a key that somebody holds is asked for again. */
const askEveryMs = 50;

/** Has the primary keep what became of mutations, for all workers together. While it does not answer, no key can be claimed. */
export class RemoteKeys implements IdempotencyMemory {
  readonly #channel: CountChannel;

  constructor(channel: CountChannel) {
    this.#channel = channel;
  }

  within(limits: MemoryLimits): IdempotencyStore {
    return { claim: (key, payload) => this.#claim(key, payload, limits), close: () => {} };
  }

  async #claim(key: string, payload: string, limits: MemoryLimits): Promise<Claim> {
    const channel = this.#channel;
    let asked = 0;
    const release = () => channel.tell({ do: 'release', id: asked });
    const answer = await channel.ask(
      (id) => {
        asked = id;
        return { do: 'claim', id, key, payload, limits };
      },
      // It was refused meanwhile.
      release,
    );
    if (answer?.kind !== 'claimed') throw new Error('The primary does not answer.');
    switch (answer.claim) {
      case 'taken':
        return { kind: 'taken', hold: { keep: (text) => channel.tell({ do: 'keep', id: asked, text }), release } };
      case 'kept':
        return { kind: 'kept', text: answer.text ?? '' };
      case 'running':
        return { kind: 'running', changed: pause(askEveryMs) };
      case 'lost':
      case 'other':
        return { kind: answer.claim };
      default:
        return answer.claim satisfies never;
    }
  }
}
