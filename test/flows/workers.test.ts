import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { type AnewAnswer, askAnew } from '../support/ask-anew.ts';
import { hold } from '../support/fake-subgraph.ts';
import { freePort } from '../support/free-port.ts';
import { type GatewayProcess, runOverlock, startGateway } from '../support/gateway-process.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const soon = { timeout: 30_000, interval: 50 };
const longest = { timeout: 60_000 };
const json = { 'content-type': 'application/json' };

let users: ServedSubgraph;
let added = 0;
beforeAll(async () => {
  users = await serveSubgraph({
    name: 'users',
    sdl: 'type Query { me: User slow: Int } type Mutation { add: Int } type User { id: ID! }',
    resolvers: { Query: { me: () => ({ id: '1' }), slow: () => 1 }, Mutation: { add: () => ++added } },
  });
  return users.close;
}, longest.timeout);

const start = (folder: TemporaryFolder, ...args: string[]) => startGateway(args, { cwd: folder.path });
const run = (folder: TemporaryFolder, ...args: string[]) => runOverlock(['serve', ...args], { cwd: folder.path });

const sections = (more: Record<string, unknown> = {}) => ({
  listen: { port: 0, workers: 2 },
  admin: { port: 0 },
  graph: { subgraphs: { users: { url: users.url, schema: 'users.graphql' } }, poll: '0s' },
  ...more,
});

async function prepare(more: Record<string, unknown> = {}): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder();
  await folder.write('users.graphql', users.sdl);
  await folder.write('overlock.yaml', stringify(sections(more)));
  return folder;
}

const childrenOf = (pid: number | undefined) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const metricsOf = async ({ adminUrl }: GatewayProcess) => await (await fetch(`${adminUrl}/metrics`)).text();

async function untilServing(gateway: GatewayProcess, workers: number): Promise<void> {
  await vi.waitFor(async () => expect(await metricsOf(gateway)).toContain(`\noverlock_workers ${workers}\n`), soon);
}

const asked = new Map<string, number>();
const ask = ({ url }: GatewayProcess, query = '{ me { id } }') => {
  asked.set(url, (asked.get(url) ?? 0) + 1);
  return askAnew(url, query);
};
const askTimes = (gateway: GatewayProcess, times: number, query?: string) =>
  Promise.all(Array.from({ length: times }, () => ask(gateway, query)));
const statuses = async (answers: Promise<readonly AnewAnswer[]>) =>
  [...new Set((await answers).map(({ status }) => status))].sort();
const codes = async (answers: Promise<readonly AnewAnswer[]>) => [
  ...new Set((await answers).map(({ body }) => body.errors?.[0]?.extensions.code)),
];

describe('a gateway of two workers', longest, () => {
  let folder: TemporaryFolder;
  let gateway: GatewayProcess;
  const rules = [
    { per: 'gateway', limit: '30/day', fields: 'Query.me', name: 'thirty' },
    { per: 'gateway', concurrency: 1, fields: 'Query.slow', name: 'one' },
  ];
  const onward = { rules: [{ jwt: {} }], publicJwks: true };
  beforeAll(async () => {
    const control = { store: { file: 'said.json' } };
    folder = await prepare({ rateLimit: { rules }, identity: { onward }, control, idempotency: { enabled: true } });
    gateway = await start(folder);
    await untilServing(gateway, 2);
    return async () => {
      await gateway.end('SIGKILL');
      await folder.remove();
    };
  }, longest.timeout);

  it('counts limits that are kept in memory exactly', async () => {
    const answers = await askTimes(gateway, 50);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(await codes(Promise.resolve(refused))).toEqual(['RATE_LIMITED']);
    const { usage } = await (await fetch(`${gateway.adminUrl}/usage`)).json();
    expect(usage).toEqual([expect.objectContaining({ rule: 'thirty', used: expect.closeTo(30, 0), allowed: 30 })]);
  });

  it('counts what is in flight in all of them', async () => {
    const held = hold(users.healthy);
    const seen = users.requests.length;
    users.behave(held.behaviour);
    const first = ask(gateway, '{ slow }');
    await users.arrived(seen + 1);
    expect(await statuses(askTimes(gateway, 6, '{ slow }'))).toEqual([503]);
    held.release();
    expect((await first).status).toBe(200);
    users.behave(users.healthy);
    // The worker tells that the slot is free when the client has its answer already.
    await vi.waitFor(async () => expect((await ask(gateway, '{ slow }')).status).toBe(200), soon);
  });

  it('runs a mutation once for all who send it with the same key', async () => {
    const key = { 'idempotency-key': 'one' };
    const answers = await Promise.all(Array.from({ length: 12 }, () => askAnew(gateway.url, 'mutation { add }', key)));
    asked.set(gateway.url, (asked.get(gateway.url) ?? 0) + answers.length);
    expect(answers.map(({ body }) => body)).toEqual(answers.map(() => ({ data: { add: 1 } })));
    expect(added).toBe(1);
  });

  it('tells the metrics of each of them in one valid text', async () => {
    const text = await metricsOf(gateway);
    const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(families).size).toBe(families.length);
    const counts = [...text.matchAll(/^overlock_requests_total\{worker="(\d)".*\} (\d+)$/gm)];
    expect(new Set(counts.map(([, worker]) => worker))).toEqual(new Set(['1', '2']));
    const total = counts.reduce((sum, [, , count]) => sum + Number(count), 0);
    expect(total).toBe(asked.get(gateway.url));
    // A series belongs to the family that its line stands under.
    let family = '';
    for (const line of text.trim().split('\n')) {
      family = /^# HELP (\S+)/.exec(line)?.[1] ?? family;
      if (!line.startsWith('#')) expect(line.startsWith(family)).toBe(true);
    }
  });

  it('signs with one key, which all of them and the admin port tell', async () => {
    const { origin } = new URL(gateway.url);
    const path = '/.well-known/jwks.json';
    const admin = await (await fetch(gateway.adminUrl + path)).text();
    expect(JSON.parse(admin).keys).toHaveLength(1);
    for (let turn = 0; turn < 4; turn++) {
      const answer = await fetch(origin + path, { headers: { connection: 'close' } });
      expect(await answer.text()).toBe(admin);
    }
  });

  it('tells all of them what operators say', async () => {
    const block = { value: { what: 'field', name: 'Query.slow', reason: 'It is slow.', setBy: 'ada' } };
    const path = `${gateway.adminUrl}/control/blocks/slow`;
    const put = await fetch(path, { method: 'PUT', headers: json, body: JSON.stringify(block) });
    expect(put.status, await put.text()).toBe(204);
    await vi.waitFor(async () => expect(await codes(askTimes(gateway, 6, '{ slow }'))).toEqual(['BLOCKED']), soon);
    expect((await fetch(path, { method: 'DELETE' })).status).toBe(204);
    await vi.waitFor(async () => expect((await ask(gateway, '{ slow }')).status).toBe(200), soon);
  });

  it('starts another worker in place of one that dies, and frees what it had in flight', async () => {
    const held = hold(users.healthy);
    const seen = users.requests.length;
    users.behave(held.behaviour);
    const lost = ask(gateway, '{ slow }').catch(() => 'lost');
    await users.arrived(seen + 1);
    const workers = childrenOf(gateway.child.pid);
    expect(workers).toHaveLength(2);
    // Whichever of them has it: the slot of the other one would not be free.
    for (const pid of workers) process.kill(pid, 'SIGKILL');
    expect(await lost).toBe('lost');
    held.release();
    users.behave(users.healthy);
    await vi.waitFor(async () => expect((await fetch(`${gateway.adminUrl}/health/ready`)).status).toBe(503), soon);
    await untilServing(gateway, 2);
    expect(await metricsOf(gateway)).toContain('\noverlock_worker_restarts_total 2\n');
    expect((await ask(gateway, '{ slow }')).status).toBe(200);
    expect((await ask(gateway)).status).toBe(429);
    expect(gateway.log()).toContain('A worker ended; another one takes its place.');
  });

  it('puts a new supergraph to work in all of them', async () => {
    await folder.write('users.graphql', users.sdl.replace('slow: Int', 'slow: Int quick: Int'));
    const asked = () => statuses(askTimes(gateway, 6, '{ quick @skip(if: true) __typename }'));
    await vi.waitFor(async () => expect(await asked()).toEqual([200]), soon);
  });

  it('puts a new configuration to work in all of them, or in none', async () => {
    const all = (url: string) => statuses(Promise.all(Array.from({ length: 6 }, () => askAnew(url, '{ me { id } }'))));
    const reload = async (listen: Record<string, unknown>) => {
      await folder.write('overlock.yaml', stringify(sections({ listen: { port: 0, workers: 2, ...listen } })));
      gateway.child.kill('SIGHUP');
    };
    const port = await freePort();
    const taken = createServer().listen(port, '127.0.0.1');
    await reload({ port });
    await gateway.logged(/the running one stays/);
    expect(await statuses(askTimes(gateway, 6))).toEqual([429]);
    taken.close();
    await reload({ port });
    const next = `http://127.0.0.1:${port}/graphql`;
    await vi.waitFor(async () => expect(await all(next)).toEqual([200]), soon);
    await reload({ port, path: '/next' });
    await vi.waitFor(async () => expect(await all(`http://127.0.0.1:${port}/next`)).toEqual([200]), soon);
    await untilServing(gateway, 2);
  });
});

describe('the end', longest, () => {
  let folder: TemporaryFolder;
  let gateway: GatewayProcess | undefined;
  beforeAll(async () => {
    folder = await prepare();
  });
  afterEach(async () => {
    await gateway?.end('SIGKILL');
    gateway = undefined;
  });
  afterAll(() => folder.remove());

  it('comes with 0 once all workers have answered what is in flight', async () => {
    gateway = await start(folder, '--workers', '3');
    await untilServing(gateway, 3);
    const workers = childrenOf(gateway.child.pid);
    const held = hold(users.healthy);
    const seen = users.requests.length;
    users.behave(held.behaviour);
    const answers = askTimes(gateway, 6, '{ slow }');
    // In one worker equal ones share a fetch.
    await users.arrived(seen + 3);
    const ended = gateway.end();
    const { adminUrl } = gateway;
    await vi.waitFor(async () => expect((await fetch(`${adminUrl}/health/ready`)).status).toBe(503), soon);
    await delay(100);
    held.release();
    expect(await statuses(answers)).toEqual([200]);
    users.behave(users.healthy);
    expect(await ended).toBe(0);
    expect(workers.filter(isAlive)).toEqual([]);
    expect(gateway.log()).not.toMatch(/"level":"(warn|error)"/);
  });

  it('comes for the workers when the first process is killed', async () => {
    gateway = await start(folder);
    const workers = childrenOf(gateway.child.pid);
    await gateway.end('SIGKILL');
    await vi.waitFor(() => expect(workers.filter(isAlive)).toEqual([]), soon);
  });

  it('comes with 1, and one sentence, when the port is taken', async () => {
    const port = await freePort();
    const taken = createServer().listen(port, '127.0.0.1');
    const { code, stderr } = await run(folder, '--workers', '2', '--port', String(port));
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} of 127.0.0.1 is taken.`);
    expect(stderr.match(/is taken/g)).toHaveLength(1);
  });

  it('comes with 1, and what is wrong once, when there is no supergraph', async () => {
    await folder.write('users.graphql', 'type Query { me: Nobody }');
    const { code, stderr } = await run(folder, '--workers', '2');
    expect(code).toBe(1);
    expect(stderr.match(/^INVALID_GRAPHQL .*Nobody/gm)).toHaveLength(1);
  });
});

it('judges a canary of a subgraph by what all workers have seen, and all of them follow', longest, async () => {
  const bad = await serveSubgraph({
    name: 'users',
    sdl: users.sdl,
    resolvers: { Query: { me: () => Promise.reject(new Error('No.')) } },
  });
  const endpoints = [
    { url: users.url, group: 'stable' },
    { url: bad.url, group: 'canary' },
  ];
  const canary = { steps: ['40%', '100%'], every: '1s', minimum: 20 };
  const folder = await prepare({
    traffic: { all: { dedupe: false }, subgraphs: { users: { endpoints, canary } } },
  });
  const gateway = await start(folder);
  try {
    await untilServing(gateway, 2);
    await askTimes(gateway, 40);
    expect(bad.requests).toEqual([]);
    const body = JSON.stringify({ by: 'ada' });
    const started = await fetch(`${gateway.adminUrl}/control/canaries/users/start`, {
      method: 'POST',
      headers: json,
      body,
    });
    expect(await started.json()).toMatchObject({ state: 'running', percent: 40 });
    const state = async () => {
      await askTimes(gateway, 20);
      const { canaries } = await (await fetch(`${gateway.adminUrl}/control/canaries`)).json();
      return canaries[0];
    };
    await expect.poll(state, soon).toMatchObject({ state: 'rolledBack', endedBy: 'overlock' });
    await vi.waitFor(async () => {
      const { length } = bad.requests;
      await askTimes(gateway, 40);
      expect(bad.requests).toHaveLength(length);
    }, soon);
    const lines = (await metricsOf(gateway))
      .split('\n')
      .filter((line) => line.startsWith('overlock_backend_canary_calls'));
    const workers = lines.filter((line) => line.includes('bad')).map((line) => /worker="(\w+)"/.exec(line)?.[1]);
    expect(workers.toSorted()).toEqual(['1', '2']);
  } finally {
    await gateway.end();
    await bad.close();
    await folder.remove();
  }
});
