import type { Hold } from '../idempotency/idempotency-store.ts';
import { MemoryIdempotencyStore } from '../idempotency/memory-idempotency-store.ts';
import type { KeyAnswer, KeyAsk } from './messages.ts';

/** Keeps what became of mutations for all workers. */
export class SharedKeys {
  readonly #memory = new MemoryIdempotencyStore({ now: () => performance.now() });
  /** By worker and by its number of the request, the keys that it holds. */
  readonly #holds = new Map<number, Map<number, Hold>>();

  answer(worker: number, ask: KeyAsk): readonly KeyAnswer[] {
    switch (ask.do) {
      case 'claim':
        return [this.#claim(worker, ask)];
      case 'keep':
        this.#take(worker, ask.id)?.keep(ask.text);
        return [];
      case 'release':
        this.#take(worker, ask.id)?.release();
        return [];
      default:
        return ask satisfies never;
    }
  }

  /** What a worker was running when it ended may have been run. */
  forget(worker: number): void {
    for (const hold of this.#holds.get(worker)?.values() ?? []) void hold.keep(undefined);
    this.#holds.delete(worker);
  }

  #claim(worker: number, { id, key, payload, limits }: Extract<KeyAsk, { do: 'claim' }>): KeyAnswer {
    const claim = this.#memory.within(limits).claim(key, payload);
    switch (claim.kind) {
      case 'taken': {
        const own = this.#holds.get(worker) ?? new Map<number, Hold>();
        this.#holds.set(worker, own.set(id, claim.hold));
        return { id, kind: 'claimed', claim: 'taken' };
      }
      case 'kept':
        return { id, kind: 'claimed', claim: 'kept', text: claim.text };
      case 'running':
      case 'lost':
      case 'other':
        return { id, kind: 'claimed', claim: claim.kind };
      default:
        return claim satisfies never;
    }
  }

  #take(worker: number, id: number): Hold | undefined {
    const own = this.#holds.get(worker);
    const hold = own?.get(id);
    own?.delete(id);
    return hold;
  }
}
