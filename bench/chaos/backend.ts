import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('backend.mjs', import.meta.url));

/** What a backend does with its requests. */
export interface Behaviour {
  readonly trouble: 'none' | 'reset' | 'error' | 'truncate';
  /** Of so many of them. */
  readonly share: number;
  /** How long it takes for each. */
  readonly latencyMs: number;
}

const well: Behaviour = { trouble: 'none', share: 1, latencyMs: 0 };

/** What backends answer to everything. */
export const answered = 4;

/** A subgraph in a process of its own, which answers its fields whatever it is asked. */
export class Backend {
  readonly #fields: readonly string[];
  readonly #host: string;
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(fields: readonly string[], host = '127.0.0.1') {
    this.#fields = fields;
    this.#host = host;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://${this.#host}:${this.#port}/graphql`;
  }

  /** Starts it unless it runs, on the port that it had before; resolves when it listens. */
  async start(port = this.#port): Promise<void> {
    if (this.#running() !== undefined) return;
    const child = fork(program, [this.#fields.join(), String(port), this.#host], { execArgv: [] });
    this.#child = child;
    const [{ port: opened }] = (await once(child, 'message')) as [{ port: number }];
    this.#port = opened;
  }

  /** From now on. */
  behave(behaviour: Partial<Behaviour> = {}): void {
    this.#child?.send({ ...well, ...behaviour });
  }

  /** Stops it as it is, until it is to go on. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it as a crash does; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#running();
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Of requests that have come so far: the next load has the same numbers. */
  forget(): void {
    this.#child?.send({ forget: true });
  }

  /** How many requests have come, of those of the load from one number to another. */
  async received(from: number, to: number): Promise<number> {
    const child = this.#running();
    if (child === undefined) return 0;
    child.send({ from, to });
    const [{ received }] = (await once(child, 'message')) as [{ received: number }];
    return received;
  }

  #running(): ChildProcess | undefined {
    return this.#child?.exitCode === null && this.#child.signalCode === null ? this.#child : undefined;
  }
}
