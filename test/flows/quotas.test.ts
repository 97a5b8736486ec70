import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { printUsage } from '../../gateway/cli/usage.ts';
import type { Config } from '../../gateway/config/config.ts';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { type Sections, startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { describeWithRedis, startRedis } from '../support/redis.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';

const gateways: TestGateway[] = [];
let service: ServedSubgraph;
let telemetry: Telemetry;
beforeEach(async () => {
  service = await serveSubgraph({
    name: 'app',
    sdl: 'type Query { ping: Int other: Int }',
    resolvers: { Query: { ping: () => 1, other: () => 2 } },
  });
  telemetry = await createTelemetry(configOf({}).telemetry, createStubOutput());
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
  await telemetry.shutdown();
  await service.close();
});

const identity = { trustedProxies: ['127.0.0.1'] };

function configOf(rateLimit: Sections): Config {
  return toConfig({ graph: { subgraphs: { app: { url: service.url } } }, identity, rateLimit });
}

async function start(rateLimit: Sections): Promise<TestGateway> {
  const gateway = await startTestGateway(configOf(rateLimit), telemetry);
  gateways.push(gateway);
  return gateway;
}

/** Statuses of so many requests of an address, one after the other. */
async function askAs(gateway: TestGateway, ip: string, count: number, query = '{ ping }'): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index++) {
    statuses.push((await gateway.ask(query, undefined, { headers: { 'x-forwarded-for': ip } })).status);
  }
  return statuses;
}

async function printed(gateway: TestGateway, client?: string) {
  const { terminal, written } = createFakeTerminal();
  const code = await printUsage({ admin: { admin: gateway.adminUrl }, client, json: true }, terminal);
  if (code !== 0) throw new Error(written.stderr);
  const { usage }: { usage: Record<string, unknown>[] } = JSON.parse(written.stdout);
  return usage;
}

const rules = [
  { per: 'client', quota: '3/month' },
  { per: 'gateway', quota: '100/month' },
  { per: 'ip', fields: 'Query.other', quota: '1/month', name: 'others' },
];

describe('quotas', () => {
  it('are kept over a new configuration, but for a rule that is changed, and printed', async () => {
    const gateway = await start({ rules });
    expect(await askAs(gateway, '192.0.2.1', 5)).toEqual([200, 200, 200, 429, 429]);
    expect(await askAs(gateway, '192.0.2.2', 2, '{ other }')).toEqual([200, 429]);
    const changed = [{ ...rules[0], quota: '4/month' }, rules[1], { ...rules[2], quota: '2/day' }];
    await gateway.runtime.reload(configOf({ rules: changed }));
    expect(await askAs(gateway, '192.0.2.1', 2)).toEqual([200, 429]);
    expect(await askAs(gateway, '192.0.2.2', 3, '{ other }')).toEqual([200, 200, 429]);

    expect(await printed(gateway, '192.0.2.1')).toEqual([
      {
        rule: 'client quota/month',
        kind: 'quota',
        per: 'client',
        subject: '192.0.2.1',
        unit: 'requests',
        used: 4,
        allowed: 4,
        remaining: 0,
        resetsAfter: expect.any(Number),
      },
    ]);
    const all = await printed(gateway);
    expect(all.map(({ rule, subject, used }) => [rule, subject, used])).toEqual(
      expect.arrayContaining([
        ['others', '192.0.2.2', 2],
        ['client quota/month', '192.0.2.2', 3],
        ['gateway quota/month', 'everybody', 7],
      ]),
    );
    expect(all).toHaveLength(4);
    const { terminal, written } = createFakeTerminal();
    await printUsage({ admin: { admin: gateway.adminUrl }, client: '192.0.2.2', json: false }, terminal);
    expect(written.stdout).toMatch(
      /^SUBJECT +RULE +USED +OF +LEFT +COMES BACK\n192\.0\.2\.2 +others +2 +2 +0 +\S.*\n192\.0\.2\.2 +client quota\/month +3 +4 +1 +\S.*\n$/,
    );
  });

  it('are told to operators only, page by page, and to nobody when the store cannot be read', async () => {
    const gateway = await start({ rules });
    const usage = (query: string, init: RequestInit = {}) => fetch(`${gateway.adminUrl}/usage${query}`, init);
    expect(await (await usage('?client=nobody')).json()).toEqual({ usage: [] });
    expect((await usage('?cursor=x')).status).toBe(400);
    expect((await usage('', { method: 'POST' })).status).toBe(405);
    expect((await usage('', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await fetch(`${gateway.origin}/usage`)).status).toBe(404);

    const apart = await start({ rules, store: { redis: 'redis://127.0.0.1:1' } });
    expect((await fetch(`${apart.adminUrl}/usage`)).status).toBe(503);
    const { terminal, written } = createFakeTerminal();
    expect(await printUsage({ admin: { admin: apart.adminUrl }, client: undefined, json: false }, terminal)).toBe(1);
    expect(written.stderr).toMatch(/^error: What is used cannot be read: /);
  });

  it('are counted by rule in metrics', async () => {
    const gateway = await start({ rules });
    await askAs(gateway, '192.0.2.1', 4);
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(text).toContain('overlock_limit_decisions_total{rule="client quota/month",outcome="allowed"} 3\n');
    expect(text).toContain('overlock_limit_decisions_total{rule="client quota/month",outcome="refused"} 1\n');
    expect(text).toContain('overlock_limit_decisions_total{rule="gateway quota/month",outcome="allowed"} 3\n');
    expect(text).not.toMatch(/192\.0\.2|^overlock_limit_store_up/m);
  });
});

describeWithRedis('quotas in Redis', () => {
  it('are shared by gateways, survive them, and are printed by each', async () => {
    await using redis = await startRedis();
    const shared = { rules, store: { redis: redis.url, timeout: '5s' } };
    const pair = [await start(shared), await start(shared)] as const;
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, index) => askAs(pair[index % 2 === 0 ? 0 : 1], '192.0.2.1', 1)),
    );
    expect(statuses.flat().filter((status) => status === 200)).toHaveLength(3);
    for (const gateway of pair) await gateway.stop();
    gateways.length = 0;
    const next = await start(shared);
    expect(await askAs(next, '192.0.2.1', 1)).toEqual([429]);
    expect(await printed(next, '192.0.2.1')).toMatchObject([{ rule: 'client quota/month', used: 3, remaining: 0 }]);
  });
});
