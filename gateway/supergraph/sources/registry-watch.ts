import { setTimeout as delay } from 'node:timers/promises';
import { type RegistryClient, RegistryError } from './registry-client.ts';

export interface RegistryWatchOptions {
  readonly client: RegistryClient;
  /** Whether to listen to events, and to ask with long answers; else the registry is only asked from time to time. */
  readonly events: boolean;
  readonly pollMs: number;
  /** A number in [0, 1), so that many gateways do not ask at the same moment. */
  readonly random: () => number;
  /** Asks for the artifact and takes it when there is another one; resolves with whether there was. */
  readonly ask: (waitSeconds: number, signal: AbortSignal) => Promise<boolean>;
  /** There may be something new. */
  readonly onChange: () => void;
  readonly onUp: () => void;
  readonly onDown: (error: unknown) => void;
}

/** The registry tells the state at the start of a stream: what does not come through by then is held back by something between. */
const firstEventMs = 5_000;
/** A stream is begun anew after so long, so that nothing that got lost on the way stays lost, and new instances get their share. */
const streamMostMs = 600_000;
/** A stream that ends sooner is cut by something that will do it again. */
const streamLeastMs = 5_000;
/** How long to go without events before they are tried again. */
const withoutEventsMs = 60_000;
const waitSeconds = 20;
/** A registry, or what is before it, that answers sooner does not hold its answers. */
const heldLeastMs = 1_000;
const firstPauseMs = 250;
const longestPauseMs = 30_000;
/** A token is not made valid by asking again and again. */
const refusedPauseMs = 60_000;

/** Notices what is new in a registry: by events, or else by answers that are held until there is something, or else by asking. */
export class RegistryWatch {
  readonly #options: RegistryWatchOptions;
  readonly #stopped = new AbortController();
  readonly #over: Promise<void>;
  /** What the last event said. */
  #told: string | undefined;

  constructor(options: RegistryWatchOptions) {
    this.#options = options;
    this.#over = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#over;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      if (this.#options.events && (await this.#listen())) {
        pauseMs = firstPauseMs;
        await this.#pause(pauseMs);
        continue;
      }
      const failure = await this.#poll();
      if (failure === undefined) pauseMs = firstPauseMs;
      else {
        await this.#pause(failure instanceof RegistryError && failure.isRefusal ? refusedPauseMs : pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  /** Listens until the stream ends; resolves with whether it is of use to listen again. */
  async #listen(): Promise<boolean> {
    const { client, onChange, onUp } = this.#options;
    const silent = new AbortController();
    const timer = setTimeout(() => silent.abort(), firstEventMs);
    const startedMs = performance.now();
    let heard = false;
    try {
      const signals = [this.#stopped.signal, silent.signal, AbortSignal.timeout(streamMostMs)];
      await client.listen((data) => {
        clearTimeout(timer);
        heard = true;
        onUp();
        if (data === this.#told) return;
        this.#told = data;
        onChange();
      }, AbortSignal.any(signals));
    } catch {
      // Asking tells what is wrong.
    } finally {
      clearTimeout(timer);
    }
    return heard && performance.now() - startedMs >= streamLeastMs;
  }

  /** Asks until it is time to try events again; resolves with why that failed, if it did. */
  async #poll(): Promise<unknown> {
    const { ask, events, pollMs, onChange, onUp, onDown } = this.#options;
    const { signal } = this.#stopped;
    const untilMs = performance.now() + withoutEventsMs;
    while (!signal.aborted && performance.now() < untilMs) {
      const startedMs = performance.now();
      try {
        const isNew = await ask(events ? waitSeconds : 0, signal);
        onUp();
        if (isNew) onChange();
        else if (performance.now() - startedMs < heldLeastMs) await this.#pause(pollMs === 0 ? longestPauseMs : pollMs);
      } catch (error) {
        if (signal.aborted) return undefined;
        onDown(error);
        return error;
      }
    }
    return undefined;
  }

  /** Waits 75 to 125 percent of `ms`. */
  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopped;
    await delay(ms * (0.75 + this.#options.random() / 2), undefined, { signal }).catch(() => {});
  }
}
