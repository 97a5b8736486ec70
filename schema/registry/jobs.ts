import type { RegistryLog } from './log.ts';
import type { RegistryStore } from './store/registry-store.ts';

/** Something that one of all instances does at a time, again and again. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** The signal is aborted when another instance may do it, or when the registry closes. */
  readonly work: (signal: AbortSignal) => Promise<void>;
}

interface RunningJob extends Job {
  timer: NodeJS.Timeout | undefined;
  running: Promise<void> | undefined;
  isWanted: boolean;
}

/** Runs jobs in the background. */
export class Jobs {
  readonly #store: Pick<RegistryStore, 'withLease'>;
  readonly #log: RegistryLog;
  readonly #jobs = new Map<string, RunningJob>();
  readonly #closing = new AbortController();

  constructor(store: Pick<RegistryStore, 'withLease'>, log: RegistryLog) {
    this.#store = store;
    this.#log = log;
  }

  /** Runs a job now and from now on. */
  start(job: Job): void {
    this.#jobs.set(job.name, { ...job, timer: undefined, running: undefined, isWanted: false });
    this.run(job.name);
  }

  /** Runs a job now, or once more when it is running. */
  run(name: string): void {
    const job = this.#jobs.get(name);
    if (job === undefined || this.#closing.signal.aborted) return;
    if (job.running !== undefined) job.isWanted = true;
    else job.running = this.#runOnce(job);
  }

  /** Ends all jobs; resolves when none is running any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { timer } of this.#jobs.values()) clearTimeout(timer);
    await Promise.all([...this.#jobs.values()].map(({ running }) => running));
  }

  async #runOnce(job: RunningJob): Promise<void> {
    clearTimeout(job.timer);
    job.isWanted = false;
    const { signal: closing } = this.#closing;
    try {
      await this.#store.withLease(job.name, (lost) => job.work(AbortSignal.any([lost, closing])));
    } catch (error) {
      this.#log.warn('A job of the registry failed; it is tried again.', { job: job.name, error });
    }
    job.running = undefined;
    if (closing.aborted) return;
    if (job.isWanted) this.run(job.name);
    else job.timer = setTimeout(() => this.run(job.name), job.everyMs).unref();
  }
}
