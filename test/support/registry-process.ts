import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from './compiled.ts';

const main = await compiled('gateway/main.js');

/** A registry that runs in a process of its own. */
export interface RegistryProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it wrote on standard output. */
  readonly output: () => string;
  readonly log: () => string;
  /** Asks for `GET /v1/graphs` and the like, as JSON. */
  readonly ask: (
    route: string,
    asked?: { readonly body?: unknown; readonly token?: string },
  ) => Promise<{ readonly status: number; readonly body: unknown; readonly headers: Headers }>;
  /** Sends a signal and resolves with the exit code. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
}

export const adminToken = `ovl_${'A'.repeat(43)}`;

/**
 * Starts `overlock registry serve` on a free port, and resolves when it answers.
 * @throws Error with all that it wrote when it ends before
 */
export async function startRegistry(
  data: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = { OVERLOCK_ADMIN_TOKEN: adminToken },
): Promise<RegistryProcess> {
  const child = spawn(process.execPath, [main, 'registry', 'serve', '--port', '0', '--data', data, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const [, found] = /^The registry answers at (\S+)$/m.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('close', (code) => reject(new Error(`The registry ended with ${code}.\n${output}${log}`)));
  });
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const [code] = await exited;
    return code;
  };
  return {
    child,
    url,
    output: () => output,
    log: () => log,
    async ask(route, { body, token = adminToken } = {}) {
      const [method = '', target = ''] = route.split(' ');
      const response = await fetch(`${url}${target}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
    },
  };
}
