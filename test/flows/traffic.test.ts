import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { toErrorLines } from '../support/ask.ts';
import { hold, json, reset, stall, text } from '../support/fake-subgraph.ts';
import { composeSdl, type Federation, startFederation } from '../support/federation.ts';
import { toConfig } from '../support/gateway.ts';
import { startLoad } from '../support/load.ts';
import { serveSubgraph } from '../support/served-subgraph.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

let telemetry: Telemetry;
let gateway: Federation<Names>;
beforeEach(async () => {
  const { output } = createStubOutput();
  telemetry = await createTelemetry(toConfig({ graph: { supergraph: 'none' } }).telemetry, { output });
});
afterEach(async () => {
  await gateway.stop();
  await telemetry.shutdown();
});

type Names = 'users' | 'reviews';

/** A gateway whose traffic is as told, for all subgraphs and in `more`. */
async function start(
  all: object,
  more: (subgraphs: Federation<Names>['subgraphs']) => object = () => ({}),
): Promise<void> {
  const sections = (subgraphs: Federation<Names>['subgraphs']) => ({
    // Queries that are asked together are to be calls of their own.
    traffic: { all: { dedupe: false, ...all }, ...more(subgraphs) },
    headers: { toSubgraphs: [{ propagate: ['x-left'] }] },
  });
  gateway = await startFederation({
    telemetry,
    subgraphs: {
      users: {
        sdl: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! name: String! }`,
        resolvers: { Query: { me: () => ({ id: '1', name: 'Ada' }) } },
      },
      reviews: {
        sdl: `${link} type Query { stars(of: Int): Int } type Mutation { add: Int }
          type User @key(fields: "id") { id: ID! karma: Int }`,
        resolvers: { Query: { stars: () => 4 }, Mutation: { add: () => 5 }, User: { karma: () => 10 } },
      },
    },
    sections,
  });
}

/** Lines of metrics of that name, without the name. */
async function metric(name: string): Promise<readonly string[]> {
  const lines = ((await telemetry.metricsText()) ?? '').split('\n').filter((line) => line.startsWith(`${name}{`));
  return lines.map((line) => line.slice(name.length)).toSorted();
}

async function askMany(query: string, count: number) {
  const answers = [];
  for (let round = 0; round < count; round += 10) {
    answers.push(...(await Promise.all(Array.from({ length: 10 }, () => gateway.ask(query)))));
  }
  return answers;
}

describe('a subgraph that fails every other time', () => {
  it.each([
    ['answers 503', text('', { status: 503 })],
    ['hangs up', reset],
  ])('and then %s is asked again, but never so often that its load is multiplied', async (_name, failure) => {
    await start({ breaker: false, retries: { backoff: '1ms' } });
    const { reviews } = gateway.subgraphs;
    reviews.behave((response, request) =>
      (reviews.requests.length % 2 === 0 ? failure : reviews.healthy)(response, request),
    );
    const answers = await askMany('{ stars }', 150);
    const sent = reviews.requests.length - 150;
    expect(sent).toBeGreaterThanOrEqual(10);
    expect(sent).toBeLessThanOrEqual(20);
    expect(answers.filter(({ data }) => data?.['stars'] === 4).length).toBeGreaterThan(75);
    expect(await metric('overlock_retries_total')).toContain(`{subgraph="reviews",outcome="sent"} ${sent}`);
  });

  it('is asked for mutations once', async () => {
    await start({});
    const { reviews } = gateway.subgraphs;
    reviews.behave(reset);
    const answers = await askMany('mutation { add }', 10);
    expect(answers.map(({ data }) => data?.['add'])).toEqual(Array(10).fill(null));
    expect(reviews.requests).toHaveLength(10);
  });
});

describe('a subgraph that fails', () => {
  const breaker = { minimum: 10, openFor: '500ms', probes: 2 };

  it('is left alone for a while, tried, and asked again, and only that one', async () => {
    await start({ breaker });
    const { reviews, users } = gateway.subgraphs;
    reviews.behave(text('', { status: 500 }));
    await askMany('{ stars }', 10);
    const { length } = reviews.requests;
    const refused = await gateway.ask('{ stars me { name } }');
    expect(refused.data).toEqual({ stars: null, me: { name: 'Ada' } });
    expect(toErrorLines(refused)).toEqual(['SUBGRAPH_CIRCUIT_OPEN stars']);
    expect(await metric('overlock_breaker_state')).toEqual([
      '{subgraph="reviews",endpoint=""} 2',
      '{subgraph="users",endpoint=""} 0',
    ]);

    reviews.behave(reviews.healthy);
    await delay(500);
    expect(reviews.requests).toHaveLength(length);
    const [first, second] = [await gateway.ask('{ stars }'), await gateway.ask('{ stars }')];
    expect([first.data, second.data]).toEqual([{ stars: 4 }, { stars: 4 }]);
    expect(await metric('overlock_breaker_state')).toContain('{subgraph="reviews",endpoint=""} 0');
    expect(await metric('overlock_breaker_transitions_total')).toEqual(
      ['closed', 'half-open', 'open'].map((state) => `{subgraph="reviews",endpoint="",state="${state}"} 1`),
    );
    expect(users.requests.length).toBe(1);
    expect(gateway.lines.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'A subgraph fails too often and is not asked for a while.',
        'A subgraph does well again.',
      ]),
    );
  });

  it('is left alone as soon as nothing is answered any longer, while none of its calls is slow yet', async () => {
    await start({ breaker: { ...breaker, silent: '200ms', slow: '60s' }, retries: false, timeout: '60s' });
    const { reviews } = gateway.subgraphs;
    await askMany('{ stars me { name } }', 20);
    reviews.behave(stall);
    const stuck: Promise<unknown>[] = [];
    const isOpen = async () => (await metric('overlock_breaker_state')).includes('{subgraph="reviews",endpoint=""} 2');
    while (!(await isOpen())) {
      stuck.push(gateway.ask(`{ stars(of: ${stuck.length}) }`));
      await delay(10);
    }
    expect(toErrorLines(await gateway.ask('{ stars me { name } }'))).toEqual(['SUBGRAPH_CIRCUIT_OPEN stars']);
    expect(gateway.lines.map(({ message }) => message)).toContain(
      'A subgraph answers nothing any longer and is not asked for a while.',
    );
    await reviews.close();
    await Promise.all(stuck);
  });

  it('gets its probes and nothing else while many ask', async () => {
    await start({ breaker, retries: false });
    const { reviews } = gateway.subgraphs;
    reviews.behave(text('', { status: 500 }));
    await askMany('{ stars }', 10);
    await delay(500);
    reviews.behave(stall);
    const { length } = reviews.requests;
    const asked = Promise.all(Array.from({ length: 30 }, (_, index) => gateway.ask(`{ stars(of: ${index}) }`)));
    await reviews.arrived(length + 2);
    expect(await metric('overlock_breaker_state')).toContain('{subgraph="reviews",endpoint=""} 1');
    expect((await gateway.ask('{ stars }')).data).toEqual({ stars: null });
    expect(reviews.requests).toHaveLength(length + 2);
    for (const { clientPort } of reviews.requests) expect(clientPort).toBeGreaterThan(0);
    await reviews.close();
    const codes = (await asked).flatMap(toErrorLines);
    expect(codes.filter((line) => line === 'SUBGRAPH_CIRCUIT_OPEN stars')).toHaveLength(28);
  });

  it('is not taken for well because of a new supergraph, which opens no connection anew', async () => {
    await start({ breaker });
    const { reviews, users } = gateway.subgraphs;
    await gateway.ask('{ me { name } }');
    reviews.behave(text('', { status: 500 }));
    await askMany('{ stars }', 10);
    const { length } = reviews.requests;
    const sdl = reviews.sdl.replace('karma: Int', 'karma: Int luck: Int');
    await writeFile(gateway.supergraphFile, composeSdl([users, { ...reviews, sdl }]));
    expect((await gateway.runtime.refresh())?.kind).not.toBe('failed');
    expect(toErrorLines(await gateway.ask('{ me { luck } }'))).toEqual(['SUBGRAPH_CIRCUIT_OPEN me.luck']);
    expect(reviews.requests).toHaveLength(length);
    expect(new Set(users.requests.map(({ clientPort }) => clientPort)).size).toBe(1);
  });

  it('is not left alone because clients leave, or because it refuses them', async () => {
    await start({ breaker, timeout: '5s' });
    const { reviews } = gateway.subgraphs;
    reviews.behave(stall);
    for (let index = 0; index < 15; index++) {
      const client = new AbortController();
      const asked = gateway.ask(`{ stars(of: ${index}) }`, {}, { signal: client.signal });
      const { abandoned } = await reviews.arrived(index + 1);
      client.abort();
      await expect(asked).rejects.toThrow();
      await abandoned;
    }
    reviews.behave(json({ errors: [{ message: 'No.' }] }, { status: 404 }));
    await askMany('{ stars }', 20);
    reviews.behave(reviews.healthy);
    expect((await gateway.ask('{ stars }')).data).toEqual({ stars: 4 });
  });
});

it.each([
  ['the same', true, 10],
  ['something else each', false, 50],
])('lets others go on while fifty clients are stuck that ask %s, and soon answers those at once', async (...given) => {
  const [, dedupe, requestsMost] = given;
  await start({ dedupe }, () => ({
    subgraphs: { reviews: { timeout: '1500ms', breaker: { slow: '500ms', openFor: '8s' } } },
  }));
  const { reviews } = gateway.subgraphs;
  reviews.behave(stall);
  const stuck = startLoad(50, async (index) => {
    const answer = await gateway.ask(`{ stars(of: ${dedupe ? 0 : index}) me { name } }`);
    await delay(50);
    return answer;
  });
  const healthy = startLoad(5, () => gateway.ask('{ me { name } }'));
  await stuck.more(200);
  const { answers, failures } = await healthy.stop();
  const { answers: stuckAnswers } = await stuck.stop();
  expect(failures).toEqual([]);
  expect(answers.every(({ data, errors }) => errors.length === 0 && data !== undefined)).toBe(true);
  expect(stuckAnswers.every(({ data }) => data?.['stars'] === null && data['me'] !== null)).toBe(true);
  // Only what was asked before the breaker could know has waited.
  expect(reviews.requests.length).toBeLessThanOrEqual(requestsMost);
  const times: number[] = [];
  for (let index = 0; index < 9; index++) {
    const startedMs = performance.now();
    expect(toErrorLines(await gateway.ask('{ stars }'))).toEqual(['SUBGRAPH_CIRCUIT_OPEN stars']);
    times.push(performance.now() - startedMs);
  }
  expect(times.toSorted((a, b) => a - b)[4]).toBeLessThan(50);
});

it('tells subgraphs how much time is left of the fetch or the operation, in the header that is chosen', async () => {
  const client = { headers: { 'content-type': 'application/json', 'x-left': '1' } };
  await start({ timeout: '4s', timeLeftHeader: 'x-left' });
  await gateway.ask('{ me { name } }', {}, client);
  const left = Number(gateway.subgraphs.users.requests[0]?.headers['x-left']);
  expect(left).toBeGreaterThan(3_000);
  expect(left).toBeLessThanOrEqual(4_000);
  await gateway.stop();
  await start({ timeLeftHeader: 'x-left' }, () => ({ operation: { timeout: '3s' } }));
  await gateway.ask('{ me { name } }', {}, client);
  expect(Number(gateway.subgraphs.users.requests[0]?.headers['x-left'])).toBeLessThanOrEqual(3_000);
});

it('refuses by name what would have to wait too long behind others', async () => {
  await start({ maxConcurrency: 2, maxQueued: 1, timeout: '30s' });
  const { reviews } = gateway.subgraphs;
  reviews.behave(stall);
  const asked = Array.from({ length: 4 }, (_, index) => gateway.ask(`{ stars(of: ${index}) }`));
  await reviews.arrived(2);
  const refused = await Promise.race(asked);
  expect(toErrorLines(refused)).toEqual(['SUBGRAPH_OVERLOADED stars']);
  expect(await metric('overlock_bulkhead_in_flight')).toContain('{subgraph="reviews"} 2');
  expect(await metric('overlock_bulkhead_queued')).toContain('{subgraph="reviews"} 1');
  expect(await metric('overlock_bulkhead_refusals_total')).toEqual(['{subgraph="reviews"} 1']);
  await reviews.close();
  await Promise.all(asked);
});

it('lets nobody else wait for a call that is to find out how a subgraph does', async () => {
  await start({ dedupe: true, retries: false, timeout: '5s', breaker: { minimum: 10, openFor: '300ms', probes: 1 } });
  const { reviews } = gateway.subgraphs;
  reviews.behave(text('', { status: 500 }));
  for (let index = 0; index < 10; index++) await gateway.ask('{ stars }');
  await delay(300);
  const { length } = reviews.requests;
  const probed = hold(reviews.healthy);
  reviews.behave(probed.behaviour);
  const probe = gateway.ask('{ stars }');
  await reviews.arrived(length + 1);
  expect(toErrorLines(await gateway.ask('{ stars }'))).toEqual(['SUBGRAPH_CIRCUIT_OPEN stars']);
  probed.release();
  expect((await probe).data).toEqual({ stars: 4 });
});

it('sends queries that take longer than most a second time, to another endpoint', async () => {
  const slow = await serveSubgraph({
    name: 'slow',
    sdl: `${link} type Query { stars(of: Int): Int }`,
    resolvers: { Query: { stars: () => 4 } },
  });
  await start({ hedging: true, ejection: { enabled: false }, balance: 'round-robin' }, ({ reviews }) => ({
    subgraphs: { reviews: { endpoints: [{ url: reviews.url }, { url: slow.url }] } },
  }));
  await askMany('{ stars }', 100);
  slow.behave(stall);
  const { length } = slow.requests;
  const answer = await gateway.ask('{ stars }');
  const other = await gateway.ask('{ stars }');
  expect([answer.data, other.data]).toEqual([{ stars: 4 }, { stars: 4 }]);
  const { abandoned } = await slow.arrived(length + 1);
  await abandoned;
  expect((await metric('overlock_hedges_total')).join()).toContain('{subgraph="reviews",outcome="won"}');
  await slow.close();
});
