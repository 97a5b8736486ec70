import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const readyLine = /^Overlock answers at (\S+)$/m;
const adminLine = /^Health and metrics are at (\S+)$/m;

interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface GatewayProcess {
  readonly child: ChildProcess;
  /** Resolves once it answers; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** The GraphQL endpoint, once it is ready. */
  readonly url: string;
  /** Without a path; empty when there is no admin port. */
  readonly adminUrl: string;
  /** All that was written to standard output so far. */
  readonly output: () => string;
  /** All that was written to standard error so far. */
  readonly log: () => string;
  /** Resolves once `pattern` stands in the log, after its first `from` characters; rejects when the process ends before. */
  readonly logged: (pattern: RegExp, from?: number) => Promise<void>;
  /** Sends a signal and resolves with the exit code; `null` when a signal ended it. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** The command line as it was compiled, in processes of their own. */
export class CommandLine {
  readonly #main: string;

  /** @param main its file */
  constructor(main: string) {
    this.#main = main;
  }

  /** Runs it; resolves when the process ends. */
  async run(args: readonly string[], options: ProcessOptions = {}) {
    const child = this.#start(args, options);
    const output = collect(child.stdout);
    const errors = collect(child.stderr);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout: output.text(), stderr: errors.text() };
  }

  /** Starts `overlock serve` and resolves when it answers. */
  async startGateway(args: readonly string[], options: ProcessOptions = {}): Promise<GatewayProcess> {
    const gateway = this.launchGateway(args, options);
    await gateway.ready;
    return gateway;
  }

  /** Starts `overlock serve` without waiting for it. */
  launchGateway(args: readonly string[], options: ProcessOptions = {}): GatewayProcess {
    const child = this.#start(['serve', ...args], options);
    const output = collect(child.stdout);
    const errors = collect(child.stderr);
    const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    const died = exited.then(([code, signal]) => {
      throw new Error(`The gateway ended with ${code ?? signal} too early.\n${output.text()}\n${errors.text()}`);
    });
    const ready = Promise.race([output.has(readyLine), died]);
    // Those who do not wait for it may end it before.
    ready.catch(() => {});
    died.catch(() => {});
    return {
      child,
      ready,
      get url() {
        return readyLine.exec(output.text())?.[1] ?? '';
      },
      get adminUrl() {
        return adminLine.exec(output.text())?.[1] ?? '';
      },
      output: output.text,
      log: errors.text,
      logged: (pattern, from) => Promise.race([errors.has(pattern, from), died]),
      async end(signal = 'SIGTERM') {
        if (child.exitCode === null && child.signalCode === null) child.kill(signal);
        const [code] = await exited;
        return code;
      },
    };
  }

  #start(args: readonly string[], { cwd = root, env = {} }: ProcessOptions) {
    return spawn(process.execPath, [this.#main, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

function collect(stream: NodeJS.ReadableStream) {
  let text = '';
  const waiting = new Set<() => void>();
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (const check of waiting) check();
  });
  return {
    text: () => text,
    has: (pattern: RegExp, from = 0) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!pattern.test(text.slice(from))) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
