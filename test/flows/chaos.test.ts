import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GraphqlAnswer, toErrorLines } from '../support/ask.ts';
import { type CannedProcess, startCannedProcess } from '../support/canned-process.ts';
import { type SentRequest, startConstantLoad } from '../support/constant-load.ts';
import { startDnsServer } from '../support/dns-server.ts';
import {
  type Behaviour,
  type FakeSubgraph,
  json,
  reset,
  startFakeSubgraph,
  text,
  truncate,
} from '../support/fake-subgraph.ts';
import { composeSdl } from '../support/federation.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

/** Each second; as many need the backend that has trouble as do not. */
const requestsPerSecond = 200;
const recoveryMs = 5_000;
/** What retries may add, and what of that may have been saved up for bad times. */
const retryShare = 0.1;
const retriesSaved = 20;

const sdls = { users: 'type Query { me: String }', reviews: 'type Query { stars(of: Int): Int }' };
const other = '{ me }';
const needing = 'query ($of: Int) { me stars(of: $of) }';
const stars = json({ data: { stars: 4 } });
const cannedStars = { data: { stars: 4 } };

type Sent = SentRequest<GraphqlAnswer>;

let folder: TemporaryFolder;
let users: FakeSubgraph;
let closing: (() => Promise<unknown> | unknown)[];
beforeEach(async () => {
  folder = await createTemporaryFolder();
  users = await startFakeSubgraph(json({ data: { me: 'Ada' } }));
  closing = [() => folder.remove(), users.close];
});
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
});

/** A gateway whose subgraph `reviews` is as told; breakers are as by default, in less time. */
async function start(own: object, url = users.url): Promise<TestGateway> {
  const subgraphs = [
    { name: 'users', sdl: sdls.users, url: users.url },
    { name: 'reviews', sdl: sdls.reviews, url },
  ];
  const supergraph = await folder.write('supergraph.graphql', composeSdl(subgraphs));
  const all = { timeout: '1s', breaker: { window: '2s', openFor: '1500ms' } };
  const gateway = await startTestGateway(
    toConfig({ graph: { supergraph }, traffic: { all, subgraphs: { reviews: own } } }),
  );
  closing.push(gateway.stop);
  // What runs for the first time takes its time, and so does what is looked up.
  const askSome = () =>
    Promise.all(Array.from({ length: 20 }, (_, of) => gateway.ask(of % 2 === 0 ? other : needing, { of })));
  for (let round = 0; round < 5; round++) await askSome();
  await expect.poll(async () => (await askSome()).flatMap(toErrorLines), { timeout: 5_000 }).toEqual([]);
  return gateway;
}

async function startFake(behaviour = stars): Promise<FakeSubgraph> {
  const fake = await startFakeSubgraph(behaviour);
  closing.push(fake.close);
  return fake;
}

async function startProcess(port = 0): Promise<CannedProcess> {
  const backend = await startCannedProcess(cannedStars, port);
  closing.push(() => backend.signal('SIGKILL'));
  return backend;
}

const needs = ({ index }: Sent) => index % 2 === 1;
const isWhole = ({ answer }: Sent) => answer?.data?.['stars'] === 4 && answer.errors.length === 0;
const endOf = ({ sentMs, tookMs = Number.POSITIVE_INFINITY }: Sent) => sentMs + tookMs;
/** How long all but this share of them took at most. */
const quantile = (share: number, sent: readonly Sent[]) => {
  const times = sent.map(({ tookMs = Number.POSITIVE_INFINITY }) => tookMs).toSorted((a, b) => a - b);
  return times[Math.floor(times.length * share)] ?? 0;
};

interface Trouble {
  readonly begin: () => unknown;
  readonly repair: () => unknown;
  /** How long it is in trouble. Default: 1.25. */
  readonly seconds?: number;
  /** Those who are asked; left out where nothing counts what reaches them. */
  readonly backends?: readonly FakeSubgraph[];
}

/** Has a backend in trouble for a while, under load that never ends, and gives what was asked of it meanwhile. */
async function endure(
  gateway: TestGateway,
  { begin, repair, seconds = 1.25, backends = [] }: Trouble,
): Promise<readonly Sent[]> {
  const load = startConstantLoad(requestsPerSecond, (index) =>
    index % 2 === 1 ? gateway.ask(needing, { of: index }) : gateway.ask(other),
  );
  try {
    const before = await load.more(0.6 * requestsPerSecond);
    const begunMs = performance.now();
    await begin();
    const lag = monitorEventLoopDelay();
    lag.enable();
    const during = await load.more(seconds * requestsPerSecond);
    lag.disable();
    await repair();
    await untilWell(load.sent, performance.now());
    await load.stop();

    expect(load.sent.filter(({ failure }) => failure !== undefined)).toEqual([]);
    const others = load.sent.filter((one) => !needs(one));
    expect(others.filter(({ answer }) => answer?.data?.['me'] !== 'Ada' || answer.errors.length > 0)).toEqual([]);
    for (const { answer } of load.sent.filter(needs)) {
      expect(answer?.data).toMatchObject({ me: 'Ada' });
      expect(toErrorLines(answer ?? { errors: [] }).join()).toMatch(/^(SUBGRAPH_[A-Z_]+ stars)?$/);
    }
    expect(before.filter((one) => endOf(one) < begunMs && needs(one) && !isWhole(one))).toEqual([]);
    const [usual = 0, now] = [before, during].map((sent) =>
      quantile(
        0.95,
        sent.filter((one) => !needs(one)),
      ),
    );
    // Where the machine stands still, so does everything.
    expect(now).toBeLessThan(Math.max(200, 5 * usual) + (3 * lag.max) / 1e6);
    const needing = during.filter(needs);
    const asked = new Set<unknown>(needing.map(({ index }) => index));
    const reached = backends.flatMap(({ requests }) =>
      requests.filter(({ json: { variables } }) => asked.has(variables?.['of'])),
    );
    expect(reached.length).toBeLessThanOrEqual(needing.length * (1 + retryShare) + retriesSaved);
    return needing;
  } finally {
    await load.stop();
  }
}

/** Waits until a row of answers that were asked for after the repair is whole, which has to come soon. */
async function untilWell(sent: readonly Sent[], repairedMs: number): Promise<void> {
  const row = 20;
  for (;;) {
    const later = sent.filter((one) => one.sentMs > repairedMs && needs(one) && one.tookMs !== undefined);
    if (later.length >= row && later.slice(-row).every(isWhole)) return;
    expect(performance.now() - repairedMs, 'time since the repair').toBeLessThan(
      recoveryMs + (row * 2_000) / requestsPerSecond,
    );
    await delay(20);
  }
}

const half =
  (failure: Behaviour): Behaviour =>
  (response, request) =>
    (request.json.variables?.['of'] as number) % 4 === 1 ? failure(response, request) : stars(response, request);

it('is killed, and comes back', async () => {
  let backend = await startProcess();
  const { url, port } = backend;
  const during = await endure(await start({ endpoints: [{ url }] }), {
    async begin() {
      backend.signal('SIGKILL');
      await backend.ended;
    },
    async repair() {
      backend = await startProcess(port);
    },
  });
  expect(during.filter(isWhole)).toEqual([]);
  // What cannot be had is known at once.
  expect(during.flatMap(({ answer }) => (answer === undefined ? [] : toErrorLines(answer))).join()).not.toContain(
    'TIMEOUT',
  );
});

it('is frozen, and goes on: nobody waits for it any longer once that is known', async () => {
  const backend = await startProcess();
  const during = await endure(await start({ endpoints: [{ url: backend.url }], breaker: { slow: '500ms' } }), {
    begin: () => backend.signal('SIGSTOP'),
    repair: () => backend.signal('SIGCONT'),
    seconds: 3,
  });
  const last = during.slice(-20).flatMap(({ answer }) => (answer === undefined ? [] : toErrorLines(answer)));
  expect(new Set(last)).toContain('SUBGRAPH_CIRCUIT_OPEN stars');
  // Others may be those that look whether it is well again.
  expect(last.filter((line) => line !== 'SUBGRAPH_CIRCUIT_OPEN stars').length).toBeLessThan(10);
});

it('is ten times as slow: all is answered all the same', async () => {
  let pauseMs = 10;
  const backend = await startFake((response, request) => void setTimeout(stars, pauseMs, response, request));
  const during = await endure(await start({}, backend.url), {
    begin: () => {
      pauseMs *= 10;
    },
    repair: () => {
      pauseMs = 10;
    },
    backends: [backend],
  });
  expect(during.filter((one) => !isWhole(one))).toEqual([]);
});

it.each([
  ['resets connections', reset],
  ['answers 503', text('', { status: 503 })],
  ['closes in the middle of answers', truncate],
  ['answers 500 for half', half(text('', { status: 500 }))],
])('%s, and is well again', async (_name, failure) => {
  const backend = await startFake();
  await endure(await start({}, backend.url), {
    begin: () => backend.behave(failure),
    repair: () => backend.behave(stars),
    backends: [backend],
  });
});

it.each([
  ['resets connections', reset],
  ['closes in the middle of answers', truncate],
])('is one of three that %s: nobody notices', async (_name, failure) => {
  const backends = [await startFake(), await startFake(), await startFake()];
  const [bad] = backends;
  const endpoints = backends.map(({ url }) => ({ url }));
  const during = await endure(await start({ endpoints, balance: 'round-robin' }), {
    begin: () => bad?.behave(failure),
    repair: () => bad?.behave(stars),
    backends,
  });
  expect(during.filter((one) => !isWhole(one))).toEqual([]);
});

it('moves to another address: nobody notices', async () => {
  const listen = async (host: string, port: number) => {
    const server = createServer((request, response) => {
      request.resume();
      response.setHeader('content-type', 'application/json').end(JSON.stringify(cannedStars));
    });
    server.listen(port, host);
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return server;
  };
  const former = await listen('127.0.0.1', 0);
  const { port } = former.address() as AddressInfo;
  const dns = await startDnsServer();
  closing.push(dns.close);
  const name = 'reviews.test';
  dns.answer({ [name]: [{ type: 'A', data: '127.0.0.1', ttl: 0 }] });
  const discover = [{ dns: { minTtl: '100ms', servers: [dns.address] } }];
  const gateway = await start({ discover }, `http://${name}:${port}/graphql`);
  const during = await endure(gateway, {
    async begin() {
      await listen('127.0.0.2', port);
      dns.answer({ [name]: [{ type: 'A', data: '127.0.0.2', ttl: 0 }] });
    },
    // By now nobody should ask there.
    repair() {
      former.close();
      former.closeAllConnections();
    },
  });
  expect(during.filter((one) => !isWhole(one))).toEqual([]);
});
