import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type Load, startLoad } from '../support/load.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { type ProxyMode, startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** Longer than the default, so that a busy machine is not taken for a fault, and shorter than what is called slow here. */
const storeTimeoutMs = 200;
/** What a busy machine may add to any answer, and still no answer hangs. */
const graceMs = 5_000;
/** How soon limits must be exact again. */
const recoveryMs = 5_000;
const clients = 20;

const medianMs = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

describeWithRedis('a gateway whose Redis fails under load', () => {
  let redis: TestRedis;
  let proxy: TcpProxy;
  let service: ServedSubgraph;
  let telemetry: Telemetry;
  let load: Load<number> | undefined;
  /** How long answers took, in milliseconds. */
  let seen: number[] = [];
  const gateways: TestGateway[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    service = await serveSubgraph({
      name: 'app',
      sdl: 'type Query { ping: Int limited: Int }',
      resolvers: { Query: { ping: () => 1, limited: () => 1 } },
    });
  });
  beforeEach(async () => {
    seen = [];
    proxy = await startTcpProxy(redis.port);
    const config = toConfig({
      graph: { subgraphs: { app: { url: service.url } } },
      identity: { trustedProxies: ['127.0.0.1'] },
      rateLimit: {
        store: { redis: `redis://127.0.0.1:${proxy.port}`, timeout: `${storeTimeoutMs}ms`, onError: 'local' },
        rules: [
          { per: 'gateway', limit: '1000000000/s', name: 'all' },
          { per: 'ip', fields: 'Query.limited', limit: '7/month', name: 'limited' },
          { per: 'ip', fields: 'Query.limited', quota: '1000/month', name: 'quota' },
        ],
      },
    });
    telemetry = await createTelemetry(config.telemetry, createStubOutput());
    gateways.push(await startTestGateway(config, telemetry), await startTestGateway(config, telemetry));
    return async () => {
      await load?.stop();
      await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
      await telemetry.shutdown();
      await proxy[Symbol.asyncDispose]();
    };
  });
  afterAll(async () => {
    await service.close();
    await redis[Symbol.asyncDispose]();
  });

  const send = async (index: number): Promise<number> => {
    const startedAt = performance.now();
    const { status } = await (gateways[index % 2] as TestGateway).ask('{ ping }');
    seen.push(performance.now() - startedAt);
    // All of it runs in this process, which must have time for Redis as well.
    await sleep(20);
    return status;
  };

  let visitors = 0;
  /** How many of a client's requests to both gateways pass a limit of 7. */
  async function passing(): Promise<number> {
    const ip = `198.51.${Math.floor(++visitors / 250)}.${visitors % 250}`;
    const asked = Array.from({ length: 20 }, (_, index) =>
      (gateways[index % 2] as TestGateway).ask('{ limited }', undefined, { headers: { 'x-forwarded-for': ip } }),
    );
    return (await Promise.all(asked)).filter(({ status }) => status === 200).length;
  }

  const metrics = async () => await (await fetch(`${gateways[0]?.adminUrl}/metrics`)).text();
  /** How many requests to both gateways have asked the store, and waited for it for more than 100 ms. */
  const storeUses = async () => {
    const text = await metrics();
    const read = (name: string) => Number(text.split(`limit_store_duration_seconds_${name} `, 2)[1]?.split('\n', 1)[0]);
    const asked = read('count');
    return { asked, waited: asked - read('bucket{le="0.1"}') };
  };
  const bypasses = async () => Number(/bypasses_total\{instead="local"\} (\d+)/.exec(await metrics())?.[1] ?? 0);
  const be = (mode: ProxyMode) => () => proxy.be(mode);
  const pass = be({ kind: 'pass' });

  const faults: readonly (readonly [name: string, begin: () => Promise<unknown>, end: () => Promise<unknown>])[] = [
    ['refuses', be({ kind: 'refuse' }), pass],
    ['answers late', be({ kind: 'delay', ms: 2 * storeTimeoutMs }), pass],
    ['says nothing', be({ kind: 'blackhole' }), pass],
    ['is killed', () => redis.kill(), () => redis.start()],
  ];
  it.each(faults)(
    'that %s: nothing fails, nobody waits for long, each gateway still limits, and soon both together',
    { timeout: 60_000 },
    async (_name, begin, end) => {
      await expect.poll(passing, { timeout: 5_000 + graceMs, interval: 200 }).toBe(7);
      load = startLoad(clients, send);
      await load.more(100);
      const usualMs = medianMs(seen);
      const bypassed = await bypasses();
      const roundAt = performance.now();
      expect(await passing()).toBe(7);
      const roundMs = performance.now() - roundAt;
      const before = await storeUses();
      await begin();
      await load.more(100);
      await expect.poll(bypasses, { timeout: 5_000 }).toBeGreaterThan(bypassed);
      expect(await metrics()).toContain('overlock_limit_store_up 0\n');
      const alone = await passing();
      expect(alone).toBeGreaterThanOrEqual(7);
      expect(alone).toBeLessThanOrEqual(14);
      await load.more(200);
      // Each client's one request that was in flight when it began, and no other.
      expect((await storeUses()).waited - before.waited).toBeLessThanOrEqual(clients);

      await end();
      await expect.poll(passing, { timeout: recoveryMs + 5 * roundMs, interval: 200 }).toBe(7);
      await expect.poll(metrics, { timeout: 5_000 }).toContain('overlock_limit_store_up 1\n');
      await load.more(100);
      const { answers, failures } = await load.stop();
      expect((await storeUses()).asked).toBeGreaterThanOrEqual(answers.length);

      expect(failures).toEqual([]);
      expect(answers.filter((status) => status !== 200)).toEqual([]);
      expect(Math.max(...seen)).toBeLessThan(storeTimeoutMs + graceMs);
      expect(medianMs(seen)).toBeLessThan(2 * usualMs + 0.75 * storeTimeoutMs);
      for (const { lines } of gateways) {
        expect(lines.filter(({ message }) => message.includes('rateLimit.store cannot be used')).length).toBeLessThan(
          3,
        );
      }
    },
  );
});
