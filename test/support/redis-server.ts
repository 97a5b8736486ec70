import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

const program = process.env['REDIS_SERVER'] ?? 'redis-server';

/** Whether there is a Redis to start. */
export const hasRedis: boolean = spawnSync(program, ['--version']).status === 0;

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
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server = await startServer(port, options);
  const flag = options.indexOf('--requirepass');
  const password = flag === -1 ? undefined : options[flag + 1];
  const client = new Redis(url, { retryStrategy: () => 50, ...(password !== undefined && { password }) });
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
