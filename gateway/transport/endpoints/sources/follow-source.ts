import type { EndpointSource, FoundEndpoint, Look } from './endpoint-source.ts';

const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** Between two answers that there are no endpoints. */
const confirmMs = 1_000;
/** A source that always has something new would keep the process busy with nothing else. */
const shortestPauseMs = 100;

export interface FollowOptions {
  readonly random: () => number;
  /** Told what there is, after each good look. */
  readonly onFound: (endpoints: readonly FoundEndpoint[]) => void;
  /** Told why a look failed, each time. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Looks again and again, until it is stopped. When a look fails, what was found before holds, and it is tried again after longer and
 * longer pauses. An empty answer counts only when the next one says the same: it is what a registry says that has lost its data.
 */
export class SourceFollower {
  readonly #source: EndpointSource;
  readonly #options: FollowOptions;
  readonly #stopping = new AbortController();
  /** Ends the pause before its time. */
  #wake: (() => void) | undefined;
  /** Whether a change was told that no look has seen. */
  #isChanged = false;
  /** Whether the next look is not to wait for a change. */
  #anew = true;
  #failures = 0;
  #isEmpty = false;

  constructor(source: EndpointSource, options: FollowOptions) {
    this.#source = source;
    this.#options = options;
  }

  start(): void {
    this.#source.watch?.(() => {
      this.#isChanged = true;
      this.#wake?.();
    });
    void this.#run();
  }

  stop(): void {
    this.#stopping.abort();
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pauseMs = await this.#look(signal);
      if (!signal.aborted && !this.#isChanged) await this.#pause(pauseMs);
    }
    await this.#source.close();
  }

  /** Looks once; gives how long to wait then. */
  async #look(signal: AbortSignal): Promise<number> {
    const anew = this.#anew || this.#isChanged;
    this.#anew = false;
    this.#isChanged = false;
    try {
      const look = await this.#source.look(anew, signal);
      return signal.aborted ? 0 : this.#take(look);
    } catch (error) {
      if (signal.aborted) return 0;
      this.#options.onFailed(error);
      this.#anew = true;
      const longestMs = Math.min(firstRetryMs * 2 ** this.#failures, longestRetryMs);
      this.#failures += 1;
      return longestMs * (0.5 + this.#options.random() / 2);
    }
  }

  #take({ endpoints, freshMs }: Look): number {
    this.#failures = 0;
    const isDoubtful = endpoints.length === 0 && !this.#isEmpty;
    this.#isEmpty = endpoints.length === 0;
    if (isDoubtful) {
      this.#anew = true;
      return confirmMs;
    }
    this.#options.onFound(endpoints);
    return freshMs;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, Math.max(ms, shortestPauseMs)).unref();
      this.#wake = end;
    });
  }
}
