import type { LiveState, LiveTraffic } from '../live.ts';
import { admin } from './admin.ts';
import { toSentence } from './to-sentence.ts';

/** What is known at the moment. */
export interface Live {
  readonly traffic: LiveTraffic | undefined;
  readonly state: LiveState | undefined;
  /** Why it is not up to date. */
  readonly problem: string | undefined;
}

const againMs = 1_500;
const stateEveryMs = 2_000;

/** Follows the gateway, and tells of each change. */
export class Feed {
  readonly #onChange: (live: Live) => void;
  #live: Live = { traffic: undefined, state: undefined, problem: undefined };
  #window = '5m';
  #asking = new AbortController();

  constructor(onChange: (live: Live) => void) {
    this.#onChange = onChange;
  }

  get live(): Live {
    return this.#live;
  }

  get window(): string {
    return this.#window;
  }

  /** Follows so far back. */
  follow(window: string): void {
    this.#window = window;
    this.start();
  }

  start(): void {
    this.stop();
    this.#asking = new AbortController();
    void this.#readTraffic(this.#asking.signal);
    void this.#readState(this.#asking.signal);
  }

  stop(): void {
    this.#asking.abort();
  }

  /** Stops, and forgets what was known. */
  forget(): void {
    this.stop();
    this.#live = { traffic: undefined, state: undefined, problem: undefined };
  }

  /** Reads the state at once, as something was changed. */
  async refresh(): Promise<void> {
    this.#change({ state: await admin.read<LiveState>('/control/state') });
  }

  async #readTraffic(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const response = await admin.open(`/traffic/events?window=${this.#window}`, { signal });
        for await (const text of eventsOf(response)) this.#change({ traffic: JSON.parse(text), problem: undefined });
        this.#change({ problem: 'The gateway has ended the connection. Trying again.' });
      } catch (error) {
        if (!this.#note(error, signal)) return;
      }
      await pause(againMs, signal);
    }
  }

  async #readState(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        // What nobody looks at is not asked for.
        if (!document.hidden || this.#live.state === undefined) await this.refresh();
      } catch (error) {
        if (!this.#note(error, signal)) return;
      }
      await pause(stateEveryMs, signal);
    }
  }

  /** Whether it is to be tried again. */
  #note(error: unknown, signal: AbortSignal): boolean {
    if (signal.aborted) return false;
    this.#change({ problem: toSentence(error) });
    return true;
  }

  #change(change: Partial<Live>): void {
    this.#live = { ...this.#live, ...change };
    this.#onChange(this.#live);
  }
}

/** The data of server-sent events, as they come. */
async function* eventsOf({ body }: Response): AsyncIterable<string> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    const latest = events
      .at(-1)
      ?.split('\n')
      .find((line) => line.startsWith('data: '));
    if (latest !== undefined) yield latest.slice('data: '.length);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
