import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { describe } from 'vitest';

const program = process.env['REDIS_SERVER'] ?? 'redis-server';
const isInstalled = spawnSync(program, ['--version']).status === 0;

/** Like `describe`, for what needs a real Redis: says so loudly when there is none, and fails where nothing may be skipped. */
export const describeWithRedis: typeof describe.skip = (() => {
  if (isInstalled) return describe;
  if (process.env['OVERLOCK_REQUIRE_ALL'] !== undefined) {
    throw new Error('There is no redis-server. Install it, or name it in REDIS_SERVER.');
  }
  console.warn('SKIPPED: tests with a real Redis. Install redis-server, or name it in REDIS_SERVER.');
  return describe.skip;
})();

export interface TestRedis extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** A client for preparing and looking at it. */
  readonly client: Redis;
  /** Ends it as a power cut does. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port, empty. */
  readonly start: () => Promise<void>;
}

/** Starts a Redis of its own on a free port, which keeps nothing on disk. */
export async function startRedis(...options: readonly string[]): Promise<TestRedis> {
  const port = await findFreePort();
  const url = `redis://127.0.0.1:${port}`;
  let server = await startServer(port, options);
  const client = new Redis(url, { retryStrategy: () => 50 });
  client.on('error', () => undefined);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  return {
    port,
    url,
    client,
    kill,
    start: async () => {
      server = await startServer(port, options);
    },
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      await kill();
    },
  };
}

async function startServer(port: number, options: readonly string[]): Promise<ChildProcess> {
  const fixed = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--daemonize',
    'no',
  ];
  const server = spawn(program, [...fixed, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed: string[] = [];
  for await (const line of createInterface({ input: server.stdout })) {
    printed.push(line);
    if (!line.includes('Ready to accept connections')) continue;
    server.stdout.resume();
    return server;
  }
  throw new Error(`redis-server did not start:\n${printed.join('\n')}`);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
