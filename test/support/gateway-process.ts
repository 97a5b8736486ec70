import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');
const loader = fileURLToPath(import.meta.resolve('tsx'));
const readyLine = /^Overlock answers at (\S+)$/m;
const adminLine = /^Health and metrics are at (\S+)$/m;

export interface GatewayProcess {
  readonly child: ChildProcess;
  /** The GraphQL endpoint. */
  readonly url: string;
  /** Without a path; empty when there is no admin port. */
  readonly adminUrl: string;
  /** All that was written to standard error so far. */
  readonly log: () => string;
  /** Resolves once `pattern` stands in the log. */
  readonly logged: (pattern: RegExp) => Promise<void>;
  /** Sends a signal and resolves with the exit code; `null` when a signal ended it. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Runs the command line from the sources; resolves when the process ends. */
export async function runOverlock(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  const child = startOverlock(args, options);
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: output.text(), stderr: errors.text() };
}

/** Starts `overlock serve` from the sources and resolves when it answers. */
export async function startGateway(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<GatewayProcess> {
  const child = startOverlock(['serve', ...args], options);
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const died = exited.then(([code]) => {
    throw new Error(`The gateway ended with ${code} before it answered.\n${output.text()}\n${errors.text()}`);
  });
  await Promise.race([output.has(readyLine), died]);
  died.catch(() => {});
  return {
    child,
    url: readyLine.exec(output.text())?.[1] ?? '',
    adminUrl: adminLine.exec(output.text())?.[1] ?? '',
    log: errors.text,
    logged: errors.has,
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

function startOverlock(args: readonly string[], { cwd = root, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv }) {
  return spawn(process.execPath, ['--import', loader, path.join(root, 'gateway/main.ts'), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
    has: (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!pattern.test(text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
