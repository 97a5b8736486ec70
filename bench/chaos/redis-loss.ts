import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { CommandLine, type GatewayProcess } from '../../test/support/command-line.ts';
import { startConstantLoad } from '../../test/support/constant-load.ts';
import { composeSdl } from '../../test/support/federation.ts';
import { startRedis, type TestRedis } from '../../test/support/redis-server.ts';
import { createTemporaryFolder } from '../../test/support/temporary-folder.ts';
import { answered, Backend } from './backend.ts';
import { type Client, createClient } from './client.ts';
import { type Course, requestsPerSecond } from './endure.ts';
import { type ChaosReport, type Sent, toLatencies } from './report.ts';

/** What a client may ask for of one field in a month, of all gateways together. */
const limit = 7;
/** Limits that are not exact after that time are not waited for. */
const recoveryMostMs = 15_000;

/** What came of it, and how many requests of one client two gateways let pass that each had to count alone. */
export interface RedisReport extends ChaosReport {
  readonly passedAlone: number;
}

/** Two gateways whose limits and caches are in one Redis, a backend, and the load: all of them processes. */
interface RedisStage {
  readonly redis: TestRedis;
  readonly clients: readonly [Client, Client];
  readonly backend: Client;
  readonly close: () => Promise<void>;
}

/** Has the Redis of two gateways killed and started again, under load that never ends. */
export async function endureRedisLoss(main: string, course: Course): Promise<RedisReport> {
  const stage = await openRedisStage(main);
  const { redis, clients, backend } = stage;
  const send = (of: number) => {
    const client = clients[of % 4 < 2 ? 0 : 1];
    // One that is kept, and one that is not and will be.
    return of % 2 === 0 ? client.ask('{ me }') : client.ask('query ($of: Int) { me of(of: $of) }', { of });
  };
  await untilExact(clients);
  await warmUp(send);
  const load = startConstantLoad(requestsPerSecond, send);
  const control = startConstantLoad(requestsPerSecond / 2, () => backend.ask('{ me }'));
  try {
    await delay(course.usualSeconds * 1_000);
    const begunMs = performance.now();
    await redis.kill();
    const passedAlone = await countPassing(clients);
    await delay(course.troubleSeconds * 1_000);
    const endedMs = performance.now();
    await redis.start();
    const repairedMs = performance.now();
    const exactMs = await untilExact(clients);
    await delay(course.wellSeconds * 1_000);
    await Promise.all([load.stop(), control.stop()]);
    return {
      title: 'Redis is killed and restarted',
      requests: load.sent.length,
      failed: load.sent.filter((one) => !isWhole(one)).length,
      affected: 0,
      latencies: toLatencies(load.sent, control.sent, begunMs, endedMs, course.slowestOf),
      recoverySeconds: (exactMs - repairedMs) / 1_000,
      loadRatio: undefined,
      waiting: 0,
      passedAlone,
    };
  } finally {
    await Promise.all([load.stop(), control.stop()]);
    await stage.close();
  }
}

async function openRedisStage(main: string): Promise<RedisStage> {
  const closing: (() => Promise<unknown> | unknown)[] = [];
  const close = async () => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    const folder = await createTemporaryFolder();
    closing.push(folder.remove);
    const redis = await startRedis();
    closing.push(() => redis[Symbol.asyncDispose]());
    const backend = new Backend(['me', 'of', 'limited']);
    closing.push(() => backend.kill());
    await backend.start();
    const config = await folder.write('overlock.yaml', stringify(await toConfig(folder.write, backend.url, redis.url)));
    const start = async (): Promise<GatewayProcess> => {
      const gateway = await new CommandLine(main).startGateway(['--config', config]);
      closing.push(() => gateway.end());
      return gateway;
    };
    const open = (url: string) => {
      const client = createClient(url);
      closing.push(client.close);
      return client;
    };
    const urls = [(await start()).url, (await start()).url] as const;
    return { redis, clients: [open(urls[0]), open(urls[1])], backend: open(backend.url), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function toConfig(write: (name: string, text: string) => Promise<string>, url: string, redis: string) {
  const sdl = 'type Query { me: Int of(of: Int): Int limited: Int }';
  const supergraph = await write('supergraph.graphql', composeSdl([{ name: 'users', sdl, url }]));
  return {
    listen: { port: 0, maxBacklog: '0s', maxEventLoopDelay: '0s' },
    admin: { port: 0 },
    graph: { supergraph },
    identity: { trustedProxies: ['127.0.0.1'] },
    rateLimit: {
      store: { redis },
      rules: [
        { per: 'gateway', limit: '1000000000/s', name: 'all' },
        { per: 'ip', fields: 'Query.limited', limit: `${limit}/month`, name: 'limited' },
      ],
    },
    cache: {
      store: { redis },
      response: { enabled: true },
      entity: { enabled: true },
      rules: [
        { fields: 'Query.me', maxAge: '1s' },
        { fields: 'Query.of', maxAge: '1m' },
      ],
    },
  };
}

/** Has everything compiled before it is measured. */
async function warmUp(send: (of: number) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < 100; round++) await Promise.all(Array.from({ length: 16 }, (_, of) => send(-of)));
}

let visitors = 0;

/** How many of the requests of a new client pass its limit, which come to both gateways in turn. */
async function countPassing(clients: readonly [Client, Client]): Promise<number> {
  visitors += 1;
  const headers = { 'x-forwarded-for': `198.51.${Math.floor(visitors / 250)}.${visitors % 250}` };
  const asked = Array.from({ length: 3 * limit }, (_, index) =>
    clients[index % 2 === 0 ? 0 : 1].ask('{ limited }', undefined, headers),
  );
  return (await Promise.all(asked)).filter(({ status }) => status === 200).length;
}

/** When both gateways together first let exactly as many pass as are allowed. */
async function untilExact(clients: readonly [Client, Client]): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const askedMs = performance.now();
    if ((await countPassing(clients)) === limit || askedMs - startedMs > recoveryMostMs) return askedMs;
    await delay(100);
  }
}

function isWhole({ answer }: Sent): boolean {
  return answer?.status === 200 && !answer.hasErrors && answer.data?.['me'] === answered;
}
