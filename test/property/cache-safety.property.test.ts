import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildSchema, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CacheGraph } from '../../gateway/cache/cache-graph.ts';
import { createFetchCaches } from '../../gateway/cache/create-fetch-caches.ts';
import { parsePurge } from '../../gateway/cache/invalidation/parse-purge.ts';
import { readFacts } from '../../gateway/cache/read-facts.ts';
import { cacheResponses } from '../../gateway/cache/response/cache-responses.ts';
import { createCacheStore } from '../../gateway/cache/store/create-cache-store.ts';
import { GatewayError } from '../../gateway/errors.ts';
import { createCompiledEngine } from '../../gateway/execute/compiled-engine.ts';
import { anonymous, type Identity } from '../../gateway/identity/identity.ts';
import { identityKeyOf } from '../../gateway/identity/identity-digest.ts';
import { StopSignal } from '../../gateway/lib/stop-signal.ts';
import { createOperationReader } from '../../gateway/operation/read-operation.ts';
import { createVariablesReader } from '../../gateway/operation/read-variables.ts';
import { createAuthorization } from '../../gateway/policy/authorization/authorization.ts';
import { enforce } from '../../gateway/policy/enforce.ts';
import { runInTime } from '../../gateway/run-operation.ts';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import type { CacheAsk, Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { isRecord } from '../../gateway/transport/is-record.ts';
import type { ClientRequest, FetchRequest, Transport } from '../../gateway/transport/send.ts';
import { compose } from '../../schema/compose/compose.ts';
import { createRandom } from '../../subgraphs/random.ts';
import { createTestSubgraph, type TestSubgraph } from '../support/federated-subgraph.ts';
import { toConfig } from '../support/gateway.ts';
import { describeWithRedis, startRedis } from '../support/redis.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requiresScopes"])
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
  directive @cacheTag(format: String!) repeatable on OBJECT
  enum CacheControlScope { PUBLIC PRIVATE }`;

/** Each value says which field of which item it is of, whom it was made for, in which language, when, and after how many others. */
const made =
  (field: string) =>
  ({ id = '' }: { readonly id?: string } = {}) =>
    `${field}|@who|@lang|@made|@turn|${id}`;

const items = createTestSubgraph({
  name: 'items',
  sdl: `${link}
    type Query {
      top(first: Int): [Item] @cacheControl(maxAge: 60, scope: PUBLIC)
      me: User @cacheControl(maxAge: 40, scope: PRIVATE)
      maybe(n: Int = 7): String @cacheControl(maxAge: 25)
      said: String
      seen: String
      told: String
      wrong: String @cacheControl(maxAge: 20, scope: PUBLIC)
      item(id: ID!): Item @cacheControl(maxAge: 60, scope: PUBLIC)
    }
    type Mutation { touch(id: ID!): Item }
    type Item @key(fields: "id") @cacheTag(format: "item-{$key.id}") {
      id: ID!
      name: String @cacheControl(maxAge: 30)
      price: String @cacheControl(maxAge: 20, scope: PUBLIC)
      cost: String @cacheControl(maxAge: 20, scope: PUBLIC) @requiresScopes(scopes: [["costs"]])
    }
    type User @key(fields: "id") @cacheControl(maxAge: 50) { id: ID!  name: String }`,
  resolvers: {
    Query: {
      top: () => [{ id: '1' }, { id: '2' }],
      me: () => ({ id: 'id|@who|@lang|@made|@turn|' }),
      maybe: (_: unknown, { n }: { n: number | null }) => made('maybe')({ id: `n${n}` }),
      said: () => made('said')(),
      seen: () => made('seen')().replace('@who', '@caller'),
      told: () => made('told')(),
      wrong: () => made('wrong')(),
      item: (_: unknown, { id }: { id: string }) => ({ id }),
    },
    Mutation: { touch: (_: unknown, { id }: { id: string }) => ({ id }) },
    Item: { name: made('name'), price: made('price'), cost: made('cost') },
    User: { name: () => made('me')() },
  },
});

const extras = createTestSubgraph({
  name: 'extras',
  sdl: `${link}
    type Item @key(fields: "id") @cacheControl(maxAge: 45) {
      id: ID!
      stock: String @cacheControl(maxAge: 10, scope: PUBLIC)
      mine: String @cacheControl(maxAge: 15, scope: PRIVATE)
    }
    type User @key(fields: "id") { id: ID!  notes: String @cacheControl(maxAge: 15) }`,
  resolvers: {
    Item: { __resolveReference: ({ id }: { id: string }) => ({ id }), stock: made('stock'), mine: made('mine') },
    User: { __resolveReference: ({ id }: { id: string }) => ({ id }), notes: () => made('notes')() },
  },
});

/** How old a value may be in seconds; what is stale may be served for `late` more. */
const ages: Readonly<Record<string, number>> = {
  name: 30,
  price: 20,
  cost: 20,
  stock: 10,
  mine: 15,
  notes: 15,
  id: 40,
  me: 40,
  maybe: 25,
  said: 10,
  told: 10,
  seen: 10,
  wrong: 10,
};
const late = 8;
/** Whoever asks may join what began up to a second before, at each level. */
const inFlight = 2;
const lateOnError = 30;
/** What differs from one who asks to another. */
const personal = new Set(['mine', 'notes', 'id', 'me', 'maybe', 'said', 'seen', 'wrong']);
const inLanguage = new Set(['price', 'maybe', 'told']);

interface Person {
  readonly identity: Identity;
  readonly headers: Readonly<Record<string, string>>;
  /** As subgraphs see it. */
  readonly who: string;
  readonly seesCosts: boolean;
}

function personOf(subject: string, scopes: readonly string[]): Person {
  const identity: Identity = {
    ...anonymous,
    kind: 'jwt',
    key: `token:${subject}`,
    subject,
    scopes: new Set(scopes),
    claims: { sub: subject },
  };
  return { identity, headers: {}, who: subject, seesCosts: scopes.includes('costs') };
}

const people: readonly Person[] = [
  personOf('ada', ['costs']),
  personOf('ada', []),
  personOf('bob', []),
  personOf('eve', ['costs']),
  { identity: anonymous, headers: {}, who: 'nobody', seesCosts: false },
  // Credentials that only subgraphs read.
  { identity: anonymous, headers: { authorization: 'x' }, who: 'x', seesCosts: false },
  { identity: anonymous, headers: { authorization: 'y' }, who: 'y', seesCosts: false },
];
const languages = [undefined, 'de', 'en'];
const itemIds = ['1', '2', '3'];
const roots = ['maybe', 'maybe(n: $n)', 'said', 'told', 'seen', 'wrong', 'me { name notes }', 'me { name }'];
const variablesOfAll = [{ n: 0 }, { n: 0 }, { n: 0 }, { n: 1 }, { n: null }, {}];
const leaves = ['name', 'price', 'stock', 'mine', 'cost', 'id'];

beforeAll(() => vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 }));
afterAll(() => vi.useRealTimers());

/** Asks and changes at random, some at a time, for a number of steps. */
async function play({ ask, change }: Subject, random: () => number, steps: number): Promise<void> {
  const documents = ['{ wrong }', '{ seen }', ...Array.from({ length: 12 }, () => randomDocument(random))];
  for (let step = 0; step < steps; step++) {
    const query = pick(documents, random);
    const asked = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const other = random() < 0.5 ? query : pick(documents, random);
      return ask(other, pick(people, random), pick(languages, random));
    });
    if (random() < 0.1) asked.push(change());
    const problems = (await Promise.all(asked)).flat();
    expect(problems, `step ${step}`).toEqual([]);
    if (random() < 0.4) vi.setSystemTime(Date.now() + Math.floor(random() * 1_500));
  }
}

function createRandomly(): () => number {
  const { integer } = createRandom(20_260_711);
  return () => integer(0, 999_999) / 1_000_000;
}

const cases: readonly (readonly [what: string, caches: readonly CacheAsk['cache'][]])[] = [
  ['whole answers', ['response']],
  ['what subgraphs answer', ['entity']],
  ['both', ['response', 'entity']],
];

describe('whoever asks, whatever is stored', () => {
  it.each(cases)(
    'gives nobody what is not theirs, what is too old, or what was changed since: %s',
    async (_what, caches) => {
      const random = createRandomly();
      const subject = createSubject(caches, random);
      await play(subject, random, 3_400);
      const { counts } = subject;
      // A cache that never has anything would be safe as well.
      expect(counts.withdrawn).toBeGreaterThan(100);
      expect(counts.changed).toBeGreaterThan(200);
      for (const one of caches) expect(counts.given[one], one).toBeGreaterThan(300);
    },
    60_000,
  );
});

describeWithRedis('whoever asks one of two gateways that share a Redis', () => {
  it.each(cases)(
    'gets nothing that is not theirs, too old, or was changed a second before: %s',
    async (_what, caches) => {
      await using redis = await startRedis();
      const random = createRandomly();
      const subject = createSubject(caches, random, redis.url);
      await expect.poll(() => subject.stores.every((store) => store.report().redis?.isUp === true)).toBe(true);
      await play(subject, random, 1_000);
      for (const one of caches) expect(subject.counts.given[one], one).toBeGreaterThan(50);
      // What one of them has stored, the other one has given.
      for (const store of subject.stores) {
        expect(store.report().redis?.found).toBeGreaterThan(5);
        store.close();
      }
    },
    60_000,
  );
});

type Subject = ReturnType<typeof createSubject>;

function createSubject(caches: readonly CacheAsk['cache'][], random: () => number, redis?: string) {
  const composition = compose(
    [items, extras].map(({ name, sdl }) => ({ kind: 'federation', name, url: `http://${name}/`, sdl })),
  );
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  const { supergraph } = composition;
  const config = toConfig({
    graph: { supergraph: 'unused.graphql' },
    // Services see it by another name.
    headers: {
      toSubgraphs: [{ propagate: ['accept-language', 'authorization'], rename: { authorization: 'x-caller' } }],
    },
    authorization: { mode: 'filter' },
    cache: {
      ...Object.fromEntries(caches.map((one) => [one, { enabled: true }])),
      ...(redis !== undefined && { store: { redis, timeout: '1s' } }),
      staleWhileRevalidate: `${late}s`,
      staleIfError: `${lateOnError}s`,
    },
  });
  const schema = buildSchema(supergraph.publicSdl);
  const counts = { asked: 0, fetches: 0, withdrawn: 0, changed: 0, lastMutation: 0, given: { response: 0, entity: 0 } };
  const changes: Change[] = [];
  const telemetry: Telemetry = {
    ...noTelemetry,
    cacheAsked: ({ cache, outcome }) => {
      if (outcome === 'hit' || outcome === 'stale') counts.given[cache] += 1;
    },
  };
  const onward = { namesFor: () => new Set(['x-user']), signerFor: () => undefined };
  const graph = new CacheGraph(supergraph, config.cache);
  const createEngine = (transportOf: (name: string) => Transport) =>
    createCompiledEngine({
      supergraph,
      publicSchema: schema,
      transportOf,
      subgraphMessages: 'masked',
      asksKeys: true,
      log: noTelemetry.log,
    });
  const toTransports = (of: (subgraph: TestSubgraph) => Transport) => {
    const transports = new Map([items, extras].map((one) => [one.name, of(one)]));
    return (name: string) => transports.get(name) ?? fail();
  };
  const createNode = () => {
    const store = createCacheStore({ config: config.cache, log: noTelemetry.log, random });
    const { around } = createFetchCaches({ supergraph, graph, config, store, onward, telemetry });
    const engine = createEngine(toTransports((one) => around(createBackend(one, random, counts), one.name)));
    const options = { supergraph, schema, config, cacheGraph: graph, cacheStore: store, engine, telemetry };
    return { store, run: cacheResponses(runInTime(engine, 10_000), options) };
  };
  const nodes = redis === undefined ? [createNode()] : [createNode(), createNode()];
  /** What there would be without any cache, from services that never fail. */
  const model = runInTime(createEngine(toTransports(createModelBackend)), 10_000);
  const read = createOperationReader({ schema, limits: config.limits, introspection: true, suggestions: false });
  const readVariables = createVariablesReader({ schema, limits: config.limits, onDenied: () => {} });
  const policies = [
    createAuthorization({
      supergraph,
      schema,
      config: config.authorization,
      policySource: undefined,
      log: noTelemetry.log,
    }),
  ];

  const ask = async (query: string, person: Person, language: string | undefined): Promise<readonly string[]> => {
    counts.asked += 1;
    const { identity, who } = person;
    const node = pick(nodes, random);
    const before = latestOf(changes, node);
    const operation = read({ query }, { method: 'POST' });
    const variables = readVariables(operation, pick(variablesOfAll, random));
    const client: ClientRequest = {
      id: 'request',
      headers: new Map(
        Object.entries({ ...person.headers, ...(language !== undefined && { 'accept-language': language }) }),
      ),
      identityHeaders: () => (identity.subject === undefined ? [] : ['x-user', identity.subject]),
      identityKey: identityKeyOf(identity),
      onSubgraphHeaders: undefined,
    };
    const allowed = await enforce(
      policies,
      { operation, variables, identity, client: { name: undefined, version: undefined }, ip: undefined, requestId: '' },
      () => {},
    );
    if (allowed.operation === undefined) return [];
    const left = new StopSignal();
    if (random() < 0.05) setImmediate(() => left.abort());
    let answer: ExecutionResult;
    try {
      const ran = await node.run({ operation: allowed.operation, variables, identity, client, left });
      if (Symbol.asyncIterator in ran) return ['A stream was answered.'];
      answer = allowed.finish(ran);
    } catch (error) {
      return left.aborted ? [] : [`It failed: ${error}`];
    }
    if (JSON.stringify(answer.data).includes('cost|') && !person.seesCosts) return ['Costs were shown.'];
    const plain = await model({ operation: allowed.operation, variables, identity, client, left: undefined });
    if (Symbol.asyncIterator in plain) return ['A stream was answered.'];
    const isDegraded = answer.extensions?.['degraded'] !== undefined;
    return [
      ...compare(answer.data, allowed.finish(plain).data, answer.errors !== undefined),
      ...check(answer, who, language ?? 'none', isDegraded),
      ...checkChanged(answer, before),
    ];
  };

  /** Changes an item, or takes it away from what is stored: nobody who asks from then on sees what it was before. */
  const change = async (): Promise<readonly string[]> => {
    const node = pick(nodes, random);
    const id = pick(itemIds, random);
    let ids: readonly string[] = [id];
    let turn = counts.fetches;
    const purgesOfOne = [undefined, { entities: [{ type: 'Item', key: { id } }] }, { tags: [`item-${id}`] }];
    const purge: object | undefined = pick(random() < 0.1 ? purgesOfAll : purgesOfOne, random);
    if (purge === undefined) {
      const operation = read({ query: `mutation { touch(id: "${id}") { name } }` }, { method: 'POST' });
      const client: ClientRequest = { id: 'request', headers: new Map(), onSubgraphHeaders: undefined };
      const ran = await node.run({ operation, variables: {}, identity: anonymous, client, left: undefined });
      // It was withdrawn before it reached anybody.
      if ('errors' in ran && ran.errors !== undefined) return [];
      turn = counts.lastMutation;
    } else {
      if (purgesOfAll.includes(purge)) ids = itemIds;
      await node.store.invalidate(parsePurge(purge, () => undefined));
    }
    counts.changed += 1;
    changes.push({ ids, turn, node, atMs: performance.now() });
    return [];
  };
  return { ask, change, counts, stores: nodes.map(({ store }) => store) };
}

/** What takes away all items at once. */
const purgesOfAll: readonly object[] = [{ types: ['Item'] }, { all: true }];

/** Items were changed, or taken away. */
interface Change {
  readonly ids: readonly string[];
  /** How many answers there were before. */
  readonly turn: number;
  /** Where it was told. */
  readonly node: object;
  readonly atMs: number;
}

/** How long another gateway may take to hear of a change, in milliseconds. */
const heardMs = 1_000;

/** By item, the turn of the last change that a node has to know of by now. */
function latestOf(changes: readonly Change[], node: object): ReadonlyMap<string, number> {
  const latest = new Map<string, number>();
  const nowMs = performance.now();
  for (const change of changes) {
    if (change.node !== node && nowMs - change.atMs < heardMs) continue;
    for (const id of change.ids) latest.set(id, Math.max(change.turn, latest.get(id) ?? 0));
  }
  return latest;
}

/** What an answer has that the model has not; where something failed, parts may be missing. */
function compare(answer: unknown, model: unknown, isPartial: boolean): readonly string[] {
  if (isPartial && answer === null) return [];
  if (Array.isArray(answer) && Array.isArray(model) && answer.length === model.length) {
    return answer.flatMap((item, index) => compare(item, model[index], isPartial));
  }
  if (isRecord(answer) && isRecord(model) && `${Object.keys(answer)}` === `${Object.keys(model)}`) {
    return Object.keys(answer).flatMap((key) => compare(answer[key], model[key], isPartial));
  }
  const [one, other] = [answer, model].map((value) => (typeof value === 'string' ? toLasting(value) : value));
  return one === other ? [] : [`${JSON.stringify(answer)} was answered for ${JSON.stringify(model)}.`];
}

/** A value without what depends on the moment, or does not matter to it. */
function toLasting(value: string): string {
  const [field = '', who, language, , , id] = value.split('|');
  if (id === undefined) return value;
  return [field, personal.has(field) && who, inLanguage.has(field) && language, id].join('|');
}

/** What is wrong with the values of an answer. */
function check(answer: ExecutionResult, who: string, language: string, isDegraded: boolean): readonly string[] {
  const problems: string[] = [];
  for (const [value] of JSON.stringify(answer.data).matchAll(/\w+\|[^"]*/g)) {
    const [field = '', madeFor, inWhich, at] = value.split('|');
    const age = (Date.now() - Number(at)) / 1_000;
    const most = (ages[field] ?? 0) + (isDegraded ? lateOnError : late) + inFlight;
    if (personal.has(field) && field !== 'seen' && madeFor !== who) problems.push(`${value} was shown to ${who}.`);
    if (inLanguage.has(field) && inWhich !== language) problems.push(`${value} was shown in ${language}.`);
    if (!(age <= most)) problems.push(`${value} is ${age} s old.`);
  }
  return problems;
}

/** What was shown of items that were changed before it was asked for, as they were before. */
function checkChanged(answer: ExecutionResult, changedAt: ReadonlyMap<string, number>): readonly string[] {
  return Array.from(JSON.stringify(answer.data).matchAll(/\w+\|[^"]*/g), ([value]) => value).filter((value) => {
    const [, , , , turn, id = ''] = value.split('|');
    return Number(turn) <= (changedAt.get(id) ?? 0);
  });
}

/** What a service would say, before it is known who asks. */
function createAnswers({ transport }: TestSubgraph): (request: FetchRequest) => Promise<string> {
  const answers = new Map<string, string>();
  return async (request) => {
    const key = `${request.operation.text} ${JSON.stringify(request.variables)}`;
    const answer = answers.get(key) ?? JSON.stringify(await transport.send(request));
    answers.set(key, answer);
    return answer;
  };
}

async function fillIn(answer: string, name: string, client: ClientRequest): Promise<string> {
  const [, user] = (await client.identityHeaders?.(name)) ?? [];
  const caller = client.headers.get('authorization') ?? 'nobody';
  return answer
    .replaceAll('@who', user ?? caller)
    .replaceAll('@caller', caller)
    .replaceAll('@lang', client.headers.get('accept-language') ?? 'none');
}

function createModelBackend(subgraph: TestSubgraph): Transport {
  const answerTo = createAnswers(subgraph);
  const { name, transport } = subgraph;
  return {
    ...transport,
    send: async (request) => JSON.parse(await fillIn(await answerTo(request), name, request.client)),
  };
}

/** A subgraph that now and then fails, sets a cookie, or says something else of storing what it answers. */
function createBackend(
  subgraph: TestSubgraph,
  random: () => number,
  counts: { fetches: number; withdrawn: number; lastMutation: number },
): Transport {
  const answerTo = createAnswers(subgraph);
  const { name, transport } = subgraph;
  return {
    ...transport,
    async send(request) {
      counts.fetches += 1;
      const { client, operation } = request;
      if (random() < 0.5) await nextTurn();
      if (random() < 0.03) {
        counts.withdrawn += 1;
        throw new GatewayError('SUBGRAPH_UNREACHABLE', 'It is gone.');
      }
      if (operation.kind === 'mutation') counts.lastMutation = counts.fetches;
      const age = random() < 0.2 ? Math.floor(random() * 4) : 0;
      const isPersonal = [...personal].some((field) => new RegExp(`\\b${field}\\b`).test(operation.text));
      const result = (await fillIn(await answerTo(request), name, client))
        .replaceAll('@made', String(Date.now() - age * 1_000))
        .replaceAll('@turn', String(counts.fetches));
      // The schema calls it public, and who answers it knows better.
      const isWrong = /\bwrong\b/.test(operation.text);
      // It is public for those who send the same credentials.
      const isSeen = operation.text.replace(/\s+|\w+:/g, '') === '{seen}';
      const control = isWrong
        ? 'private, max-age=10'
        : isSeen
          ? 'public, max-age=10'
          : pick(isPersonal ? controls : [...controls, ...publicControls], random);
      const varied = isSeen ? 'X-Caller' : random() < 0.05 && pick(varies, random);
      const headers: IncomingHttpHeaders = {
        ...(control !== '' && { 'cache-control': control }),
        ...(age > 0 && { age: String(age) }),
        ...(varied !== false && { vary: varied }),
        ...(random() < 0.02 && { 'set-cookie': ['a=b'] }),
      };
      client.onFetched?.(readFacts(headers, { subgraph: name, identityNames: new Set(['x-user']) }));
      return JSON.parse(result);
    },
  };
}

const varies = ['Accept-Language', 'Authorization', 'X-Caller', 'X-User', '*'];

/** Most often nothing is said. */
const controls = [
  ...Array.from({ length: 12 }, () => ''),
  'max-age=10',
  'private, max-age=10',
  'no-store',
  'no-cache',
  'max-age=9, must-revalidate',
];
const publicControls = ['public, max-age=10', 'public, s-maxage=8'];

function randomDocument(random: () => number): string {
  const some = (all: readonly string[], share: number) => all.filter(() => random() < share);
  const chosen = some(leaves, 0.4);
  const list = chosen.length === 0 ? [] : [`top(first: 2) { ${chosen.join(' ')} }`];
  const others = some(roots, 0.12).map((root, index) => `r${index}: ${root}`);
  const items = some(itemIds, 0.2).map((id) => `i${id}: item(id: "${id}") { ${pick(leaves, random)} }`);
  const all = [...(random() < 0.7 ? list : []), ...others, ...items];
  const selected = all.length === 0 ? ['told'] : all;
  return selected.some((root) => root.includes('$n'))
    ? `query Q($n: Int) { ${selected.join(' ')} }`
    : `{ ${selected.join(' ')} }`;
}

function pick<Item>(all: readonly Item[], random: () => number): Item {
  return all[Math.floor(random() * all.length)] as Item;
}

function fail(): never {
  throw new Error('There is no such subgraph.');
}
