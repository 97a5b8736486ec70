import type { Worker as Thread } from 'node:worker_threads';
import type { RegistryLog } from '../log.ts';
import { Refusal } from '../refusal.ts';
import type { TaskMessage, TaskReply, Tasks, Workshop } from './task.ts';

interface ThreadWorkshopOptions {
  readonly size: number;
  /** Starts a thread that answers tasks. */
  readonly startThread: () => Thread;
  readonly log: RegistryLog;
  /** How long one task may take; by default 60 seconds. */
  readonly timeoutMs?: number;
}

/** So many tasks wait; who comes later would wait longer than clients do. */
const mostWaiting = 500;

interface Job {
  readonly message: TaskMessage;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Bench {
  readonly thread: Thread;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Gives tasks to threads. One that takes too long, or more memory than it has, ends with its thread, and another one takes its place. */
export class ThreadWorkshop implements Workshop {
  readonly #options: Required<ThreadWorkshopOptions>;
  readonly #benches = new Set<Bench>();
  readonly #waiting: Job[] = [];
  #lastId = 0;
  #isClosed = false;

  constructor(options: ThreadWorkshopOptions) {
    this.#options = { timeoutMs: 60_000, ...options };
    // The first one loads what it needs while the rest starts, the others when there is work for them.
    this.#open();
  }

  compose(task: Tasks['compose']['input']): Promise<Tasks['compose']['output']> {
    return this.#run('compose', task);
  }

  diff(task: Tasks['diff']['input']): Promise<Tasks['diff']['output']> {
    return this.#run('diff', task);
  }

  deprecations(task: Tasks['deprecations']['input']): Promise<Tasks['deprecations']['output']> {
    return this.#run('deprecations', task);
  }

  outline(task: Tasks['outline']['input']): Promise<Tasks['outline']['output']> {
    return this.#run('outline', task);
  }

  lines(task: Tasks['lines']['input']): Promise<Tasks['lines']['output']> {
    return this.#run('lines', task);
  }

  touched(task: Tasks['touched']['input']): Promise<Tasks['touched']['output']> {
    return this.#run('touched', task);
  }

  plan(task: Tasks['plan']['input']): Promise<Tasks['plan']['output']> {
    return this.#run('plan', task);
  }

  /** Ends the threads; what is being done is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(closing());
    await Promise.all([...this.#benches].map(({ thread }) => thread.terminate()));
  }

  #run<Name extends keyof Tasks>(name: Name, input: Tasks[Name]['input']): Promise<Tasks[Name]['output']> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(closing());
      if (this.#waiting.length >= mostWaiting) {
        return reject(new Refusal('OVERLOADED', 'Too many schemas wait to be composed. Try again in a minute.'));
      }
      const isSomebodyFree = [...this.#benches].some(({ job }) => job === undefined);
      if (!isSomebodyFree && this.#benches.size < this.#options.size) this.#open();
      // What a thread answers to a task is what such tasks come to.
      const done = (output: unknown) => resolve(output as Tasks[Name]['output']);
      this.#waiting.push({ message: { id: ++this.#lastId, name, input }, resolve: done, reject });
      this.#next();
    });
  }

  #next(): void {
    for (const bench of this.#benches) {
      if (bench.job !== undefined) continue;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      bench.job = job;
      bench.timer = setTimeout(() => bench.thread.terminate(), this.#options.timeoutMs);
      bench.thread.postMessage(job.message);
    }
  }

  #open(): void {
    const bench: Bench = { thread: this.#options.startThread(), job: undefined, timer: undefined };
    this.#benches.add(bench);
    bench.thread.on('message', (reply: TaskReply) => {
      const job = this.#take(bench);
      if (job?.message.id === reply.id) {
        if (reply.kind === 'done') job.resolve(reply.output);
        else job.reject(new Error(reply.message));
      }
      this.#next();
    });
    bench.thread.on('error', (error) => this.#options.log.warn('A thread of the registry failed.', { error }));
    bench.thread.once('exit', () => this.#left(bench));
    // What waits keeps the process alive, not who could do it.
    bench.thread.unref();
  }

  #take(bench: Bench): Job | undefined {
    const { job } = bench;
    clearTimeout(bench.timer);
    bench.job = undefined;
    return job;
  }

  #left(bench: Bench): void {
    this.#benches.delete(bench);
    const job = this.#take(bench);
    if (this.#isClosed) {
      job?.reject(closing());
      return;
    }
    const message = 'The schemas take more time or memory than is given to them. Make them smaller or simpler.';
    job?.reject(new Refusal('TOO_COMPLEX', message));
    // A thread that ends without work might only end again: then the next task is what starts one.
    if (this.#waiting.length > 0) this.#open();
    this.#next();
  }
}

function closing(): Refusal {
  return new Refusal('OVERLOADED', 'The registry is stopping. Try again in a minute.');
}
