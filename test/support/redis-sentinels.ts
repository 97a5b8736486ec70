import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { startRedis, type TestRedis } from './redis-server.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** A master, a replica of it, and sentinels that make the replica the master when the master is gone. */
export interface TestSentinels extends AsyncDisposable {
  /** Addresses of the sentinels. */
  readonly addresses: readonly string[];
  readonly name: string;
  /** Of the servers, and of the sentinels. */
  readonly password: string;
  readonly sentinelPassword: string;
  readonly master: TestRedis;
  readonly replica: TestRedis;
}

const program = process.env['REDIS_SERVER'] ?? 'redis-server';
const name = 'shop.master';
const password = 'a password of servers';
const sentinelPassword = 'a password of sentinels';
const sentinelCount = 3;

/** Starts them, and resolves when the sentinels know each other and the replica. */
export async function startSentinels(): Promise<TestSentinels> {
  const closing: (() => PromiseLike<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  const startServer = async (...more: readonly string[]) => {
    const own = await createTemporaryFolder();
    closing.push(own.remove);
    // A replica writes what it gets to a file first, which the next server of that folder would begin with.
    const fixed = ['--dir', own.path, '--requirepass', password, '--masterauth', password];
    const server = await startRedis(...fixed, ...more);
    closing.push(() => server[Symbol.asyncDispose]());
    return server;
  };
  try {
    const folder = await createTemporaryFolder();
    closing.push(folder.remove);
    const master = await startServer();
    const replica = await startServer(
      '--replicaof',
      '127.0.0.1',
      String(master.port),
      '--repl-diskless-sync-delay',
      '0',
    );
    const addresses: string[] = [];
    for (let index = 0; index < sentinelCount; index += 1) {
      const port = await freePort();
      const file = await folder.write(`sentinel-${index}.conf`, toSettings(port, master.port, folder.path));
      const sentinel = spawn(program, [file, '--sentinel'], { stdio: 'ignore' });
      closing.push(() => kill(sentinel));
      addresses.push(`127.0.0.1:${port}`);
    }
    await Promise.all(addresses.map(knowsAll));
    return { addresses, name, password, sentinelPassword, master, replica, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

function toSettings(port: number, masterPort: number, folder: string): string {
  return `port ${port}
bind 127.0.0.1
dir ${folder}
requirepass "${sentinelPassword}"
sentinel monitor ${name} 127.0.0.1 ${masterPort} 2
sentinel auth-pass ${name} "${password}"
sentinel down-after-milliseconds ${name} 1000
sentinel failover-timeout ${name} 5000
`;
}

async function knowsAll(address: string): Promise<void> {
  const [host = '', port = ''] = address.split(':');
  const client = new Redis({ host, port: Number(port), password: sentinelPassword, retryStrategy: () => 100 });
  client.on('error', () => undefined);
  try {
    for (let turn = 0; turn < 300; turn += 1) {
      const facts = toFacts(await client.call('SENTINEL', 'MASTER', name).catch(() => []));
      if (facts.get('num-other-sentinels') === String(sentinelCount - 1) && facts.get('num-slaves') === '1') return;
      await pause(100);
    }
    throw new Error('The sentinels do not find each other.');
  } finally {
    client.disconnect();
  }
}

/** Names and values, which come in turn. */
function toFacts(reply: unknown): ReadonlyMap<string, string> {
  const texts = Array.isArray(reply) ? reply.map(String) : [];
  return new Map(texts.flatMap((text, index) => (index % 2 === 0 ? [[text, texts[index + 1] ?? '']] : [])));
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
