import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noTelemetry } from '../../../gateway/telemetry/no-telemetry.ts';
import type { Telemetry } from '../../../gateway/telemetry/telemetry.ts';
import type { CopyOutcome } from '../../../gateway/transport/with-mirror.ts';
import {
  type Behaviour,
  type FakeSubgraph,
  json,
  reset,
  stall,
  startFakeSubgraph,
  text,
} from '../../support/fake-subgraph.ts';
import { type FetchOptions, type Harness, startHarness, toFetch } from '../../support/transport-harness.ts';

let shadow: FakeSubgraph;
let harness: Harness | undefined;
let outcomes: CopyOutcome[];
/** Those who wait for so many outcomes. */
let waiting: (() => void)[];
beforeEach(async () => {
  shadow = await startFakeSubgraph(json({ data: { a: 1 } }));
  outcomes = [];
  waiting = [];
});
afterEach(async () => {
  await harness?.close();
  harness = undefined;
  await shadow.close();
});

const telemetry: Telemetry = {
  ...noTelemetry,
  backendOpened: (subgraph, read) => ({
    ...noTelemetry.backendOpened(subgraph, read),
    copied(outcome) {
      outcomes.push(outcome);
      for (const go of waiting.splice(0)) go();
    },
  }),
};

async function outcomesOf(count: number): Promise<readonly CopyOutcome[]> {
  while (outcomes.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  return outcomes;
}

async function start(behaviour: Behaviour, mirror: object = {}, own: object = {}): Promise<Harness> {
  const products = { dedupe: false, mirror: { url: shadow.url, share: '100%', ...mirror }, ...own };
  harness = await startHarness(behaviour, { traffic: { subgraphs: { products } }, telemetry });
  return harness;
}

const send = ({ transport }: Harness, query = '{ a }', options: FetchOptions = {}) =>
  transport.send(toFetch(query, options));
const whole = json({ data: { a: 1, b: { c: [1, 2] } } });

describe('a copy of a query', () => {
  it.each<readonly [name: string, shadow: Behaviour, outcome: CopyOutcome, own: Behaviour]>([
    ['has the same text', whole, 'same', whole],
    ['has the same data in another order', text('{"extensions":{},"data":{"b":{"c":[1,2]},"a":1}}'), 'same', whole],
    ['has other data', json({ data: { a: 1, b: { c: [2, 1] } } }), 'different', whole],
    ['has errors and no data', json({ data: null, errors: [{ message: 'No.' }] }), 'different', whole],
    ['is answered with a failure', text('', { status: 500 }), 'failed', whole],
    ['is answered with no GraphQL', text('<html>'), 'failed', whole],
    ['is not answered', reset, 'failed', whole],
    ['is answered at great length', json({ data: { a: 'x'.repeat(2_000) } }), 'uncompared', whole],
    ['is one of a long answer', whole, 'uncompared', json({ data: { a: 'x'.repeat(2_000) } })],
  ])('that %s counts as such, and for nothing else', async (_name, behaviour, outcome, own) => {
    shadow.behave(behaviour);
    const started = await start(own, { compareBytes: '1kb' });
    const { data, errors } = await send(started);
    expect([data?.['a'] === undefined, errors]).toEqual([false, undefined]);
    expect(await outcomesOf(1)).toEqual([outcome]);
    expect(shadow.requests).toHaveLength(1);
    expect(started.subgraph.requests).toHaveLength(1);
  });

  it('says what it is, and is the query that it is a copy of', async () => {
    const started = await start(whole);
    const identityHeaders = () => ['x-user', 'ada'];
    await send(started, 'query Q($v: Int) { a(v: $v) }', { variables: { v: 1 }, identityHeaders });
    await outcomesOf(1);
    const [copy] = shadow.requests;
    expect(copy?.body).toBe(started.subgraph.requests[0]?.body);
    expect(copy?.headers).toMatchObject({ 'x-overlock-mirror': '1', 'x-user': 'ada' });
    expect(started.subgraph.requests[0]?.headers).not.toHaveProperty('x-overlock-mirror');
  });

  it('brings along who asks only as far as it is to', async () => {
    const products = { mirror: { url: shadow.url, share: '100%', identity: false } };
    harness = await startHarness(whole, {
      traffic: { subgraphs: { products } },
      headers: { toSubgraphs: [{ propagate: ['authorization', 'x-tenant'] }] },
      onward: { namesFor: () => new Set(['x-user_id']), signerFor: () => async () => ['x-signature', 'secret'] },
      telemetry,
    });
    await send(harness, '{ a }', {
      headers: { authorization: 'Bearer secret', 'x-tenant': 'blue' },
      identityHeaders: () => ['x-user_id', 'ada'],
    });
    await outcomesOf(1);
    const own = { authorization: 'Bearer secret', 'x-user_id': 'ada', 'x-signature': 'secret' };
    expect(harness.subgraph.requests[0]?.headers).toMatchObject({ ...own, 'x-tenant': 'blue' });
    expect(shadow.requests[0]?.headers['x-tenant']).toBe('blue');
    for (const name of Object.keys(own)) expect(shadow.requests[0]?.headers).not.toHaveProperty(name);
  });

  it('is never made of a mutation, nor of what failed, nor of more than its share', async () => {
    let isWell = true;
    const started = await start((response, request) => (isWell ? whole : reset)(response, request), { share: '30%' });
    for (let index = 0; index < 200; index++) await send(started);
    await outcomesOf(20);
    expect(shadow.requests.length).toBeGreaterThan(25);
    expect(shadow.requests.length).toBeLessThan(100);
    for (let index = 0; index < 50; index++) await send(started, 'mutation { a }');
    isWell = false;
    for (let index = 0; index < 15; index++) await send(started, '{ failed }').catch(() => {});
    isWell = true;
    const { length } = outcomes;
    while (outcomes.length < length + 5) await send(started);
    expect(shadow.requests.filter(({ json: { query } }) => query !== '{ a }')).toEqual([]);
  });

  it('is waited for by nobody, and given up where there are too many or it takes too long', async () => {
    shadow.behave(stall);
    const started = await start(whole, { maxInFlight: 3, timeout: '300ms' });
    const startedMs = performance.now();
    for (let index = 0; index < 10; index++) await send(started);
    expect(performance.now() - startedMs).toBeLessThan(300);
    expect(await outcomesOf(7)).toEqual(Array(7).fill('skipped'));
    expect((await outcomesOf(10)).slice(7)).toEqual(Array(3).fill('failed'));
    await (await shadow.arrived(3)).abandoned;
    shadow.behave(whole);
    await send(started);
    expect((await outcomesOf(11)).at(-1)).toBe('same');
  });

  it('keeps nobody from closing', async () => {
    shadow.behave(stall);
    const started = await start(whole, { timeout: '30s' });
    await send(started);
    await shadow.arrived(1);
    await started.close();
    harness = undefined;
    expect(await outcomesOf(1)).toEqual(['failed']);
  });
});

describe('a group that gets copies', () => {
  it('gets nothing else, whatever becomes of the others', async () => {
    const own = (url: string) => ({
      endpoints: [{ url }, { url: shadow.url, group: 'shadow', weight: 1_000 }],
      mirror: { group: 'shadow', share: '100%' },
      dedupe: false,
    });
    const main = await startFakeSubgraph(whole);
    const traffic = { subgraphs: { products: own(main.url) } };
    harness = await startHarness(whole, { traffic, telemetry });
    for (let index = 0; index < 10; index++) await send(harness);
    await outcomesOf(10);
    expect([main.requests.length, shadow.requests.length]).toEqual([10, 10]);
    expect(shadow.requests.every(({ headers }) => headers['x-overlock-mirror'] === '1')).toBe(true);
    await main.close();
    await expect(send(harness)).rejects.toMatchObject({ code: 'SUBGRAPH_UNREACHABLE' });
    expect(shadow.requests).toHaveLength(10);
  });

  it('leaves the rest to the URL of the subgraph where there are no other endpoints', async () => {
    const endpoints = [{ url: shadow.url, group: 'shadow' }];
    const started = await start(whole, { url: undefined, group: 'shadow' }, { endpoints });
    await send(started);
    await outcomesOf(1);
    expect([started.subgraph.requests.length, shadow.requests.length]).toEqual([1, 1]);
  });
});

it('copies what a REST service is asked by GET, and nothing else', async () => {
  const sdl = /* GraphQL */ `
    type Query { item(id: ID!): Item @rest(path: "/items/{$args.id}") }
    type Mutation { add: Item @rest(method: POST, path: "/items") }
    type Item { id: ID!  name: String }
  `;
  const item: Behaviour = (response, { path }) =>
    json({ id: path.split('/').at(-1), name: 'Shoe' })(response, {} as never);
  shadow.behave(item);
  const products = { dedupe: false, mirror: { url: shadow.url.replace('/graphql', '/v2'), share: '100%' } };
  harness = await startHarness(item, {
    describe: (url) => ({
      kind: 'rest',
      name: 'products',
      url: url.replace('/graphql', '/v1'),
      sdl,
      maxConcurrency: 4,
    }),
    traffic: { subgraphs: { products } },
    telemetry,
  });
  await send(harness, '{ item(id: "7") { name } }');
  expect(await outcomesOf(1)).toEqual(['same']);
  shadow.behave(json({ id: '8', name: 'Sock' }));
  await send(harness, '{ item(id: "8") { name } }');
  expect(await outcomesOf(2)).toEqual(['same', 'different']);
  await send(harness, 'mutation { add { name } }');
  expect(shadow.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /v2/items/7',
    'GET /v2/items/8',
  ]);
});
