import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, vi } from 'vitest';
import { freePort } from './free-port.ts';

const program = process.env['OPA'] ?? 'opa';
const isInstalled = spawnSync(program, ['version']).status === 0;

/** Like `describe`, for what needs the real Open Policy Agent: says so loudly when there is none, and fails where nothing may be skipped. */
export const describeWithOpa: typeof describe.skip = (() => {
  if (isInstalled) return describe;
  if (process.env['OVERLOCK_REQUIRE_ALL'] !== undefined) {
    throw new Error('There is no opa. Install it, or name it in OPA.');
  }
  console.warn('SKIPPED: tests with a real Open Policy Agent. Install opa, or name it in OPA.');
  return describe.skip;
})();

/** Runs `opa` to its end. @throws Error with what it printed when it fails */
export function runOpa(...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`opa ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

export interface TestOpa extends AsyncDisposable {
  readonly url: string;
}

/** Starts a server with these policies and data on a free port. */
export async function startOpa(...files: readonly string[]): Promise<TestOpa> {
  const address = `127.0.0.1:${await freePort()}`;
  const server: ChildProcess = spawn(
    program,
    ['run', '--server', '--skip-version-check', '--log-level', 'error', '--addr', address, ...files],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const url = `http://${address}`;
  await vi.waitFor(async () => (await fetch(`${url}/health`)).body?.cancel(), { timeout: 10_000 });
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    },
  };
}
