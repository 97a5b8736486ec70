import { SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { toErrorLines } from '../support/ask.ts';
import { type Sections, startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { describeWithRedis, startRedis } from '../support/redis.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

describe('the kill switch', () => {
  let users: ServedSubgraph;
  let reviews: ServedSubgraph;
  const cleanups: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    users = await serveSubgraph({
      name: 'users',
      sdl: `${link}
        type Query { me: User  open: String }
        type Mutation { login: String }
        type Subscription { ticks: Int }
        type User @key(fields: "id") { id: ID!  name: String }`,
      resolvers: {
        Query: { me: () => ({ id: '1', name: 'Ada' }), open: () => 'yes' },
        Mutation: { login: () => 'in' },
      },
    });
    reviews = await serveSubgraph({
      name: 'reviews',
      sdl: `${link}
        type Query { latest: [Review!] }
        type Review { text: String }
        type User @key(fields: "id") { id: ID!  reviews: [Review!] }`,
      resolvers: {
        Query: { latest: () => [{ text: 'good' }] },
        User: { __resolveReference: ({ id }: { id: string }) => ({ id, reviews: [{ text: 'fine' }] }) },
      },
    });
    return () => Promise.all([users.close(), reviews.close()]);
  });
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  /** Two gateways on one store, and the command line that talks to the first. */
  async function start(store: unknown, cache: Sections['cache'] = {}) {
    const subgraphs = {
      users: { kind: 'federation', url: users.url },
      reviews: { kind: 'federation', url: reviews.url },
    };
    const sections: Sections = {
      graph: { subgraphs },
      control: { store },
      cache,
      identity: { jwt: [issuer] },
      limits: { batch: 5 },
    };
    const gateways: TestGateway[] = [];
    for (let count = 0; count < 2; count++) {
      const gateway = await startTestGateway(toConfig(sections));
      cleanups.push(gateway.stop);
      gateways.push(gateway);
    }
    const [first, second] = gateways;
    if (first === undefined || second === undefined) throw new Error('There are no gateways.');
    const run = async (...argv: string[]) => {
      const { terminal, written } = createFakeTerminal({ env: { OVERLOCK_ADMIN: first.adminUrl, USER: 'grace' } });
      return { exitCode: await runCommandLine(argv, terminal), ...written };
    };
    users.requests.length = 0;
    reviews.requests.length = 0;
    return { first, second, run };
  }

  async function startOnFile(cache?: Sections['cache']) {
    const folder = await createTemporaryFolder();
    cleanups.push(folder.remove);
    return { ...(await start({ file: `${folder.path}/control.json` }, cache)), folder };
  }

  const statusOf = async (gateway: TestGateway, query: string, init?: RequestInit) =>
    (await gateway.ask(query, undefined, init)).status;
  /** A second is what operators are promised. */
  const within = { timeout: 1_000, interval: 20 };

  it('stops an operation on every gateway of the store within a second, over all ways in', async () => {
    const { first, second, run } = await startOnFile();
    const query = 'query Costly { me { name } open }';
    expect(await statusOf(second, query)).toBe(200);
    users.requests.length = 0;
    const blocked = await run('block', '--operation', 'Costly', '--for', '30m', '--reason', 'secret trouble');
    expect(blocked).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[\da-f]{12}\n$/) });
    expect(await statusOf(first, query)).toBe(503);
    await expect.poll(() => statusOf(second, query), within).toBe(503);
    users.requests.length = 0;

    const refused = await second.ask(query);
    expect(refused.errors).toEqual([
      {
        message: expect.stringMatching(/^This operation is blocked for now: try again in 1(800|79\d) s\.$/),
        extensions: { code: 'BLOCKED', retryAfter: expect.any(Number) },
      },
    ]);
    expect(refused.headers.get('retry-after')).toMatch(/^1(800|79\d)$/);
    expect(refused.text).not.toContain('secret');
    const got = await fetch(`${second.url}?query=${encodeURIComponent(query)}`);
    expect([got.status, got.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    const streamed = await fetch(second.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    });
    expect([streamed.status, await streamed.text()]).toEqual([503, expect.stringContaining('"code":"BLOCKED"')]);
    const batch = await fetch(second.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query }, { query }]),
    });
    expect(await batch.json()).toMatchObject([
      { errors: [{ extensions: { code: 'BLOCKED' } }] },
      { errors: [{ extensions: { code: 'BLOCKED' } }] },
    ]);
    expect(users.requests).toEqual([]);

    const id = blocked.stdout.trim();
    expect(await run('unblock', id)).toMatchObject({ exitCode: 0, stderr: `The block ${id} is lifted.\n` });
    expect(await statusOf(first, query)).toBe(200);
    await expect.poll(() => statusOf(second, query), within).toBe(200);
    expect(await run('unblock', id)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no block of this id'),
    });
  });

  it('stops clients, identities and fields, and leaves the others alone', async () => {
    const { first, run } = await startOnFile();
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer.issuer)
      .setAudience('shop')
      .setSubject('ada')
      .setExpirationTime('5m')
      .sign(Buffer.from(secret));
    const ada = { headers: { authorization: `Bearer ${token}` } };
    const client = { headers: { 'apollographql-client-name': 'shop-ios' } };
    await run('block', '--client', 'shop-ios', '--reason', 'r');
    await run('block', '--subject', 'ada', '--for', 'ever', '--reason', 'stolen', '--public-reason', '--by', 'linus');
    await run('block', '--field', 'Review.text', '--reason', 'r');
    expect(await statusOf(first, '{ open }', client)).toBe(503);
    expect((await first.ask('{ open }', undefined, ada)).errors).toMatchObject([
      { message: 'This client is blocked for now: ask who runs this API. Reason: stolen' },
    ]);
    expect(await statusOf(first, '{ me { reviews { text } } }')).toBe(503);
    expect(await statusOf(first, '{ ...F } fragment F on Query { latest { t: text } }')).toBe(503);
    expect([users.requests, reviews.requests]).toEqual([[], []]);
    expect(await statusOf(first, '{ me { name reviews { __typename } } }')).toBe(200);

    const { stdout } = await run('blocks');
    const [head, ...rows] = stdout.trim().split('\n');
    expect(head).toMatch(/^ID {12}WHAT {5}NAME {9}UNTIL +SET BY {2}REASON$/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(1)).sort()).toEqual([
      ['client', 'shop-ios', expect.stringMatching(/^\d{4}-.*Z$/), 'grace', 'r'],
      ['field', 'Review.text', expect.stringMatching(/^\d{4}-.*Z$/), 'grace', 'r'],
      ['subject', 'ada', 'lifted', 'linus', 'stolen'],
    ]);
    const { blocks } = JSON.parse((await run('blocks', '--json')).stdout);
    expect(blocks).toContainEqual({
      id: expect.any(String),
      what: 'subject',
      name: 'ada',
      reason: 'stolen',
      reasonIsPublic: true,
      setBy: 'linus',
      setAt: expect.any(String),
    });
  });

  it('asks a blocked subgraph nothing, and answers the rest', async () => {
    const { first, second, run } = await startOnFile();
    await run('block', '--subgraph', 'reviews', '--for', '10m', '--reason', 'migration');
    const query = '{ me { name reviews { text } } latest { text } open }';
    const codes = async (gateway: TestGateway) => toErrorLines(await gateway.ask(query)).join();
    await expect.poll(() => codes(second), within).toContain('SUBGRAPH_BLOCKED');
    reviews.requests.length = 0;
    const answer = await first.ask(query);
    expect([answer.status, answer.data]).toEqual([
      200,
      { me: { name: 'Ada', reviews: null }, latest: null, open: 'yes' },
    ]);
    expect(toErrorLines(answer).toSorted()).toEqual(['SUBGRAPH_BLOCKED latest', 'SUBGRAPH_BLOCKED me.reviews']);
    expect(reviews.requests).toEqual([]);
    await run('block', '--subgraph', 'users', '--reason', 'r');
    users.requests.length = 0;
    expect((await first.ask('mutation { login }')).errors).toMatchObject([
      { extensions: { code: 'SUBGRAPH_BLOCKED' } },
    ]);
    const stream = await fetch(first.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { ticks }' }),
    });
    expect(await stream.text()).toContain('SUBGRAPH_BLOCKED');
    expect(users.requests).toEqual([]);
  });

  it.each(['response', 'entity'])(
    'gives nothing that a blocked subgraph said before, and all of it afterwards: %s',
    async (which) => {
      const rules = [{ fields: '*', maxAge: '1h', scope: 'public', staleIfError: '1h', staleWhileRevalidate: '1h' }];
      const { second, run } = await startOnFile({ [which]: { enabled: true }, rules });
      const query = '{ latest { text } }';
      const said = { latest: [{ text: 'good' }] };
      expect((await second.ask(query)).data).toEqual(said);
      expect((await second.ask(query)).data).toEqual(said);
      expect(reviews.requests).toHaveLength(1);
      const { stdout } = await run('block', '--subgraph', 'reviews', '--reason', 'it tells secrets');
      await expect.poll(async () => (await second.ask(query)).data, within).toEqual({ latest: null });
      expect((await second.ask('{ open }')).data).toEqual({ open: 'yes' });
      await run('unblock', stdout.trim());
      await expect.poll(async () => (await second.ask(query)).data, within).toEqual(said);
    },
  );

  it('lives with records that are none, and does not take them from operators', async () => {
    const { first } = await startOnFile();
    const put = (id: string, body: unknown) =>
      fetch(`${first.adminUrl}/control/blocks/${id}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    for (const value of [null, { what: 'planet' }, { what: 'client', name: 'x' }]) {
      expect((await put('bad', { value })).status).toBe(400);
    }
    const records = [{ id: 'odd', value: { what: 'client' } }];
    await first.runtime.stop();
    const folder = await createTemporaryFolder();
    cleanups.push(folder.remove);
    const { second } = await start({ file: await folder.write('control.json', JSON.stringify({ blocks: records })) });
    expect(second.lines).toContainEqual(expect.objectContaining({ level: 'warn', fields: { ids: ['odd'] } }));
    expect(await statusOf(second, '{ open }')).toBe(200);
  });

  describeWithRedis('on a Redis', () => {
    it('reaches the other gateway within a second', async () => {
      await using redis = await startRedis();
      const { first, second, run } = await start({ redis: redis.url, timeout: '5s' });
      await run('block', '--field', 'Query.open', '--for', '2h', '--reason', 'r');
      expect(await statusOf(first, '{ open }')).toBe(503);
      await expect.poll(() => statusOf(second, '{ open }'), within).toBe(503);
      for (const clean of cleanups.splice(0).reverse()) await clean();
    });
  });
});
