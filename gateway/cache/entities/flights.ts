import type { CacheEntry } from '../store/cache-store.ts';

/** A fetch that others who want the same wait for. */
interface Flight {
  readonly startedMs: number;
  readonly mark: number;
  /** `undefined` when what it brought is for nobody else. */
  readonly landed: Promise<CacheEntry | undefined>;
}

/** Oldest fetch, in milliseconds, that is waited for: one that stalls takes nobody along. */
const joinMsMost = 1_000;

/** What is being fetched by somebody who lets others have it. */
export class Flights {
  readonly #now: () => number;
  readonly #flights = new Map<string, Flight>();

  /** @param now in milliseconds, of a clock that does not go back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** What brings the entry of a key; nothing that began before the last invalidation. */
  find(key: string, mark: number): Promise<CacheEntry | undefined> | undefined {
    const flight = this.#flights.get(key);
    if (flight === undefined || flight.mark !== mark || this.#now() - flight.startedMs > joinMsMost) return undefined;
    return flight.landed;
  }

  /** Says that keys are fetched; what is given back has to be called with what came, in their order. */
  begin(keys: readonly string[], mark: number): (brought: readonly (CacheEntry | undefined)[]) => void {
    const startedMs = this.#now();
    const begun = keys.map((key) => {
      let land: (entry: CacheEntry | undefined) => void = () => {};
      const landed = new Promise<CacheEntry | undefined>((resolve) => {
        land = resolve;
      });
      const flight = { startedMs, mark, landed };
      this.#flights.set(key, flight);
      return { key, flight, land };
    });
    return (brought) => {
      for (const [index, { key, flight, land }] of begun.entries()) {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        land(brought[index]);
      }
    };
  }

  /** Nobody joins what has begun. */
  ground(): void {
    this.#flights.clear();
  }
}
