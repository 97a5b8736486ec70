import type { Claim, Hold, IdempotencyStore } from './idempotency-store.ts';

interface MemoryStoreOptions {
  /** In milliseconds, of a clock that does not go back. */
  readonly now: () => number;
}

interface Running {
  readonly payload: string;
  readonly changed: Promise<void>;
  readonly change: () => void;
}

interface Kept {
  readonly payload: string;
  readonly text: string | undefined;
  readonly bytes: number;
  readonly untilMs: number;
}

/** About what an entry takes beside its texts. */
const entryBytes = 300;

/** What a configuration says of keys that are kept in memory. */
export interface MemoryLimits {
  readonly keepForMs: number;
  readonly bytesMax: number;
}

/** Where keys are in memory: it outlives configurations. */
export interface IdempotencyMemory {
  /** The store within these limits, from now on. */
  readonly within: (limits: MemoryLimits) => IdempotencyStore;
}

/** A store that answers at once. */
interface MemoryStore extends IdempotencyStore {
  readonly claim: (key: string, payload: string) => Claim;
}

/** Keeps them in this process, until it ends. */
export class MemoryIdempotencyStore implements IdempotencyMemory {
  readonly #now: () => number;
  readonly #running = new Map<string, Running>();
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor({ now }: MemoryStoreOptions) {
    this.#now = now;
  }

  within(limits: MemoryLimits): MemoryStore {
    this.#forget(limits.bytesMax);
    return { claim: (key, payload) => this.#claim(key, payload, limits), close: () => {} };
  }

  #claim(key: string, payload: string, limits: MemoryLimits): Claim {
    this.#forget(limits.bytesMax);
    const running = this.#running.get(key);
    const known = running ?? this.#kept.get(key);
    if (known === undefined) return { kind: 'taken', hold: this.#take(key, payload, limits) };
    if (known.payload !== payload) return { kind: 'other' };
    if (running !== undefined) return { kind: 'running', changed: running.changed };
    const text = this.#kept.get(key)?.text;
    return text === undefined ? { kind: 'lost' } : { kind: 'kept', text };
  }

  #take(key: string, payload: string, { keepForMs, bytesMax }: MemoryLimits): Hold {
    let change = () => {};
    const changed = new Promise<void>((resolve) => {
      change = resolve;
    });
    this.#running.set(key, { payload, changed, change });
    return {
      keep: (text) => {
        const bytes = entryBytes + 2 * (key.length + payload.length + (text?.length ?? 0));
        this.#kept.set(key, { payload, text, bytes, untilMs: this.#now() + keepForMs });
        this.#bytes += bytes;
        this.#end(key);
        this.#forget(bytesMax);
      },
      release: () => this.#end(key),
    };
  }

  #end(key: string): void {
    this.#running.get(key)?.change();
    this.#running.delete(key);
  }

  #forget(bytesMax: number): void {
    const now = this.#now();
    for (const [key, { bytes, untilMs }] of this.#kept) {
      if (untilMs > now && this.#bytes <= bytesMax) return;
      this.#kept.delete(key);
      this.#bytes -= bytes;
    }
  }
}
