import { SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { describeWithRedis, startRedis } from '../support/redis.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const soon = { timeout: 1_000, interval: 20 };

let service: ServedSubgraph;
let folder: TemporaryFolder;
const gateways: TestGateway[] = [];
beforeAll(async () => {
  service = await serveSubgraph({
    name: 'a',
    sdl: 'type Query { open: String }',
    resolvers: { Query: { open: () => 'yes' } },
  });
  return () => service.close();
});
beforeEach(async () => {
  folder = await createTemporaryFolder();
});
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.stop();
  await folder.remove();
});

const configOf = (sections: Record<string, unknown>) =>
  toConfig({
    graph: { subgraphs: { a: { kind: 'federation', url: service.url } } },
    identity: { jwt: [issuer], apiKeys: { store: true } },
    ...sections,
  });

async function start(sections: Record<string, unknown>): Promise<TestGateway> {
  const gateway = await startTestGateway(configOf(sections));
  gateways.push(gateway);
  return gateway;
}

/** Runs a command for the store of a gateway and gives what it prints. */
async function overlock(gateway: TestGateway, ...line: readonly string[]): Promise<string> {
  const { terminal, written } = createFakeTerminal({ env: { OVERLOCK_ADMIN: gateway.adminUrl } });
  expect(await runCommandLine([...line, '--admin', gateway.adminUrl], terminal), written.stderr).toBe(0);
  return written.stdout.trim();
}

async function tokenOf(subject: string, ageSeconds: number, id = 'none'): Promise<Record<string, string>> {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const token = await new SignJWT({ jti: id })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject(subject)
    .setIssuedAt(nowSeconds - ageSeconds)
    .setExpirationTime(nowSeconds + 300)
    .sign(Buffer.from(secret));
  return { authorization: `Bearer ${token}` };
}

const statusOf = async ({ ask }: TestGateway, headers: Record<string, string>) =>
  (await ask('{ open }', undefined, { headers })).status;

const untilStatus = (gateway: TestGateway, headers: Record<string, string>, status: number) =>
  vi.waitFor(async () => expect(await statusOf(gateway, headers)).toBe(status), soon);

/** What operators do, told to one gateway and seen at the other. */
async function spreadsEverything(one: TestGateway, other: TestGateway): Promise<void> {
  const [old, bob, stolen] = [await tokenOf('ada', 60), await tokenOf('bob', 60), await tokenOf('bob', 60, '17')];
  // From now on all of them are among the tokens that are verified already.
  for (const headers of [old, bob, stolen]) expect(await statusOf(other, headers)).toBe(200);
  await overlock(one, 'revoke', '--subject', 'ada', '--for', '1d');
  await untilStatus(other, old, 401);
  const anew = await tokenOf('ada', -5);
  expect([await statusOf(one, old), await statusOf(other, anew), await statusOf(other, bob)]).toEqual([401, 200, 200]);
  await overlock(other, 'revoke', '--token-id', '17');
  await untilStatus(one, stolen, 401);
  expect(await statusOf(one, bob)).toBe(200);
  await overlock(one, 'revoke', '--undo', '--subject', 'ada');
  await untilStatus(other, old, 200);

  const key = await overlock(one, 'keys', 'create', '--client', 'shop');
  await untilStatus(other, { 'x-api-key': key }, 200);
  await overlock(other, 'revoke', '--key', key);
  await untilStatus(one, { 'x-api-key': key }, 401);
  await overlock(other, 'revoke', '--key', key, '--undo');
  await untilStatus(one, { 'x-api-key': key }, 200);
  await overlock(one, 'keys', 'revoke', key.split('_')[1] ?? '');
  await untilStatus(other, { 'x-api-key': key }, 401);
}

describe('what operators say at run time', () => {
  it('spreads within a second to all gateways that share a file, and is there after a restart', async () => {
    const control = { store: { file: `${folder.path}/control.json` } };
    const [one, other] = [await start({ control }), await start({ control })];
    await spreadsEverything(one, other);
    await overlock(one, 'revoke', '--subject', 'bob');
    await one.stop();
    expect(await statusOf(await start({ control }), await tokenOf('bob', 60))).toBe(401);
  });

  it('survives a new configuration when it is kept in memory', async () => {
    const gateway = await start({});
    await overlock(gateway, 'revoke', '--subject', 'ada');
    expect(await statusOf(gateway, await tokenOf('ada', 60))).toBe(401);
    await gateway.runtime.reload(configOf({ limits: { depth: 9 } }));
    expect(gateway.lines.map(({ message }) => message)).toContain('A new configuration is served.');
    expect(await statusOf(gateway, await tokenOf('ada', 60))).toBe(401);
    await overlock(gateway, 'revoke', '--subject', 'ada', '--undo');
    expect(await statusOf(gateway, await tokenOf('ada', 60))).toBe(200);
  });

  it('is told through the admin port only, and not by web pages', async () => {
    const gateway = await start({});
    const url = `${gateway.adminUrl}/control/revocations`;
    const body = JSON.stringify({ value: { subject: 'ada' } });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${gateway.origin}/control/revocations`)).status).toBe(404);
    const page = await fetch(`${url}/a`, { method: 'PUT', headers: { ...headers, origin: 'https://evil.test' }, body });
    expect([page.status, await page.json()]).toMatchObject([403, { title: 'Forbidden', status: 403 }]);
    expect((await fetch(url)).headers.get('access-control-allow-origin')).toBeNull();
    expect((await fetch(`${url}/a`, { method: 'PUT', headers, body })).status).toBe(204);
    expect(await statusOf(gateway, await tokenOf('ada', 60))).toBe(401);
  });
});

describeWithRedis('what operators say at run time, in Redis', () => {
  it('spreads within a second to all gateways that count their limits in the same Redis, and stays while it is away', async () => {
    await using redis = await startRedis();
    const rateLimit = { store: { redis: redis.url } };
    const [one, other] = [await start({ rateLimit }), await start({ rateLimit })];
    await spreadsEverything(one, other);
    await overlock(one, 'revoke', '--subject', 'ada');
    const headers = await tokenOf('ada', 60);
    await untilStatus(other, headers, 401);
    await redis.kill();
    expect([await statusOf(one, headers), await statusOf(other, headers)]).toEqual([401, 401]);
    await redis.start();
    const late = await start({ rateLimit });
    await vi.waitFor(async () => expect(await statusOf(late, headers)).toBe(401), { timeout: 5_000 });
  });
});
