import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSunsets } from '../../../schema/supergraph/read-sunsets.ts';
import { sampleCount, sampleOperation } from '../../support/registry-samples.ts';
import { reviews, users, usersWithoutEmail } from '../../support/registry-schemas.ts';
import { openTestRegistry, type TestRegistry } from '../../support/test-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

let graphs = 0;
/** The path of a variant that nobody has used. */
const freshVariant = () => `/v1/graphs/g${++graphs}/production`;
const publish = (at: string, name: string, body: object, token?: string) =>
  registry.ask(`PUT ${at}/subgraphs/${name}`, token === undefined ? { body } : { body, token });

describe('publishing', () => {
  it('composes the subgraphs of a variant to versions, and says what clients see of it', async () => {
    const at = freshVariant();
    expect(await publish(at, 'users', { ...users, message: 'First', revision: 'abc123' })).toMatchObject({
      status: 200,
      body: { version: 1, isNew: true, changeCount: 2, contracts: [] },
    });
    const second = await publish(at, 'reviews', reviews);
    expect(second).toMatchObject({
      body: { version: 2, changes: [{ code: 'FIELD_ADDED', level: 'safe', coordinate: 'Query.top' }, {}] },
    });
    expect(await registry.ask(`GET ${at}/subgraphs`)).toMatchObject({
      body: {
        items: [
          { name: 'reviews', kind: 'federation', lastChange: { version: 2 } },
          {
            name: 'users',
            lastChange: { version: 1, message: 'First', revision: 'abc123', author: { name: /ADMIN/ } },
          },
        ],
      },
    });
    expect(await registry.ask(`GET ${at}/versions`)).toMatchObject({
      body: {
        items: [
          { version: 2, cause: { kind: 'publish', subgraph: 'reviews' } },
          { version: 1, cause: { kind: 'publish', subgraph: 'users' } },
        ],
      },
    });
  });

  it('makes no version of what is so already', async () => {
    const at = freshVariant();
    await publish(at, 'users', users);
    expect(await publish(at, 'users', { ...users, message: 'Again' })).toMatchObject({
      body: { version: 1, isNew: false, changes: [], contracts: [] },
    });
  });

  it('refuses what does not compose with all problems, and keeps nothing', async () => {
    const at = freshVariant();
    await publish(at, 'users', users);
    const sdl = 'type Query { a: Nowhere b: Neither }';
    expect(await publish(at, 'users', { ...users, sdl })).toMatchObject({
      status: 422,
      body: {
        code: 'COMPOSITION_FAILED',
        problems: [
          { message: expect.stringContaining('Nowhere'), subgraph: 'users' },
          { message: expect.stringContaining('Neither'), subgraph: 'users' },
        ],
      },
    });
    expect(await publish(at, 'users', { ...users, sdl: 'type Query {' })).toMatchObject({
      body: { problems: [{ code: 'INVALID_GRAPHQL', message: expect.stringContaining('line 1') }] },
    });
    expect(await registry.ask(`GET ${at}`)).toMatchObject({ body: { version: 1 } });
  });

  it('tells what lint does not like, and publishes it all the same', async () => {
    const at = freshVariant();
    await registry.ask(`PUT ${at}/settings`, { body: { checks: { lint: { 'require-description': 'error' } } } });
    expect(await publish(at, 'users', users)).toMatchObject({
      status: 200,
      body: {
        hints: expect.arrayContaining([expect.objectContaining({ code: 'require-description', severity: 'error' })]),
      },
    });
  });

  it('takes services without federation and REST services with their mapping', async () => {
    const at = freshVariant();
    const books = {
      kind: 'graphql',
      url: 'http://books.test',
      sdl: 'type Query { book(id: ID!): Book } type Book { id: ID! title: String }',
      entities: { Book: { key: 'id', field: 'book', argument: 'id' } },
    };
    const prices = {
      kind: 'rest',
      url: 'http://prices.test',
      sdl: 'type Query { prices: [Int] @rest(path: "/prices") }',
    };
    expect(await publish(at, 'books', books)).toMatchObject({ status: 200 });
    expect(await publish(at, 'prices', prices)).toMatchObject({ status: 200 });
    expect(await registry.ask(`GET ${at}/subgraphs/books`)).toMatchObject({
      body: { ...books, entities: { Book: { ...books.entities.Book, list: false } } },
    });
    expect(await registry.ask(`GET ${at}/subgraphs/prices`)).toMatchObject({
      body: { kind: 'rest', maxConcurrency: 16 },
    });
    expect(await publish(at, 'prices', { ...prices, entities: {} })).toMatchObject({
      status: 400,
      body: { detail: 'Only subgraphs of the kind graphql have entities.' },
    });
  });

  it('takes a subgraph out again', async () => {
    const at = freshVariant();
    await publish(at, 'users', users);
    await publish(at, 'reviews', reviews);
    expect(await registry.ask(`DELETE ${at}/subgraphs/reviews?base=2`)).toMatchObject({
      body: { code: 'BREAKING_CHANGE' },
    });
    expect(await registry.ask(`DELETE ${at}/subgraphs/reviews?base=2&allowBreaking=true`)).toMatchObject({
      body: { version: 3, changes: [{ code: 'FIELD_REMOVED' }, { code: 'TYPE_REMOVED' }] },
    });
    expect(await registry.ask(`DELETE ${at}/subgraphs/reviews`)).toMatchObject({
      status: 404,
      body: { code: 'UNKNOWN_SUBGRAPH' },
    });
    expect(await registry.ask(`DELETE ${at}/subgraphs/users`)).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'NO_SUBGRAPHS' }] },
    });
  });

  it('refuses a change that was made for another version, and says which is the latest', async () => {
    const at = freshVariant();
    expect(await publish(at, 'users', { ...users, base: 0 })).toMatchObject({ status: 200 });
    expect(await publish(at, 'reviews', { ...reviews, base: 0 })).toMatchObject({
      status: 409,
      body: { code: 'STALE_BASE', base: 1 },
    });
    expect(await publish(at, 'reviews', { ...reviews, base: 1 })).toMatchObject({ body: { version: 2 } });
    expect(await registry.ask(`DELETE ${at}/subgraphs/users?base=1`)).toMatchObject({ body: { code: 'STALE_BASE' } });
    expect(await registry.ask(`POST ${at}/rollback`, { body: { to: 1, base: 1 } })).toMatchObject({
      body: { code: 'STALE_BASE' },
    });
  });

  it('loses none of many that publish at once', async () => {
    const at = freshVariant();
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const published = await Promise.all(
      names.map((name) => publish(at, name, { url: `http://${name}.test`, sdl: `type Query { ${name}: Int }` })),
    );
    expect(published.map(({ body }) => (body as { version: number }).version)).toEqual(
      names.map((_, index) => index + 1),
    );
    const { body } = await registry.ask(`GET ${at}/subgraphs`);
    expect((body as { items: readonly object[] }).items).toHaveLength(12);
  });
});

describe('something that is to go', () => {
  it('is dated from the publish that deprecated it, from then on', async () => {
    const at = freshVariant();
    const old = ' @deprecated(reason: "Old.") @sunset(on: "2030-01-31")';
    const sdl = (email: string, phone = '') =>
      `type Query { me: User } type User { id: ID! email: String${email} phone: String${phone} }`;
    const sunsets = async () => {
      const { body } = await registry.ask(`GET ${at}`);
      const { version } = body as { readonly version: number };
      const { body: text } = await registry.ask(`GET ${at}/versions/${version}/supergraph.graphql`);
      return [...readSunsets(String(text))].map(([coordinate, { since }]) => [coordinate, since]);
    };
    const day = (offset: number) => new Date(registry.clock.now + offset * 86_400_000).toISOString().slice(0, 10);
    await publish(at, 'users', { ...users, sdl: sdl(old) });
    expect(await sunsets()).toEqual([['User.email', undefined]]);
    await publish(at, 'users', { ...users, sdl: sdl(old, old) });
    expect(await sunsets()).toEqual([
      ['User.email', undefined],
      ['User.phone', day(0)],
    ]);
    registry.clock.now += 3 * 86_400_000;
    await publish(at, 'users', { ...users, url: 'http://moved.test', sdl: sdl(old, old) });
    expect(await sunsets()).toEqual([
      ['User.email', undefined],
      ['User.phone', day(-3)],
    ]);
  });
});

describe('a breaking change', () => {
  const operation = sampleOperation('Me', ['Query.me', 'User.email']);
  const use = (at: string, client = 'shop-web') =>
    registry.ask(`POST ${at}/usage`, {
      body: {
        id: `report-${at}-${client}`,
        at: registry.clock.now,
        operations: [operation],
        counts: [sampleCount(operation, { client, count: 7 })],
      },
    });

  it('is refused when clients use it, with who they are', async () => {
    const at = freshVariant();
    await publish(at, 'users', users);
    expect(await use(at)).toMatchObject({ status: 202, body: { unknown: [] } });
    expect(await publish(at, 'users', usersWithoutEmail)).toMatchObject({
      status: 409,
      body: {
        code: 'BREAKING_CHANGE',
        changeCount: 1,
        changes: [
          {
            id: expect.any(String),
            coordinate: 'User.email',
            clients: [{ name: 'shop-web', version: '1.0.0', count: 7 }],
            operations: [{ name: 'Me', count: 7 }],
          },
        ],
      },
    });
    expect(await registry.ask(`GET ${at}`)).toMatchObject({ body: { version: 1 } });
  });

  it('passes when nobody uses it, or where it is not to be refused', async () => {
    const at = freshVariant();
    await publish(at, 'users', users);
    const other = sampleOperation('Id', ['Query.me', 'User.id']);
    await registry.ask(`POST ${at}/usage`, {
      body: { id: 'another', at: registry.clock.now, operations: [other], counts: [sampleCount(other)] },
    });
    expect(await publish(at, 'users', usersWithoutEmail)).toMatchObject({ body: { version: 2 } });

    const lenient = freshVariant();
    await registry.ask(`PUT ${lenient}/settings`, { body: { refuseBreaking: false } });
    await publish(lenient, 'users', users);
    await use(lenient);
    expect(await publish(lenient, 'users', usersWithoutEmail)).toMatchObject({ body: { version: 2 } });
  });

  it('is refused by publish and check alike where no usage was recorded, unless that is allowed', async () => {
    const at = freshVariant();
    await publish(at, 'users', users);
    const check = (body: object) => registry.ask(`POST ${at}/subgraphs/users/check`, { body });
    const unknown = {
      changes: [{ verdict: 'fail', clients: [], reason: expect.stringContaining('No usage was recorded') }],
    };
    expect(await check(usersWithoutEmail)).toMatchObject({ body: { verdict: 'failed', ...unknown } });
    expect(await publish(at, 'users', usersWithoutEmail)).toMatchObject({
      status: 409,
      body: { code: 'BREAKING_CHANGE', detail: expect.stringContaining('no usage was recorded'), ...unknown },
    });
    const allowed = { ...usersWithoutEmail, allowBreaking: true };
    expect(await check(allowed)).toMatchObject({ body: { verdict: 'passed', changes: [{ verdict: 'pass' }] } });
    expect(await publish(at, 'users', allowed)).toMatchObject({ body: { version: 2 } });

    const young = freshVariant();
    await registry.ask(`PUT ${young}/settings`, { body: { checks: { unknownUsage: 'pass' } } });
    await publish(young, 'users', users);
    expect(await publish(young, 'users', usersWithoutEmail)).toMatchObject({ body: { version: 2 } });

    const used = freshVariant();
    await publish(used, 'users', users);
    await use(used);
    expect(await publish(used, 'users', allowed)).toMatchObject({ body: { code: 'BREAKING_CHANGE' } });
  });

  it('passes when only clients use it that are ignored', async () => {
    const at = freshVariant();
    await registry.ask(`PUT ${at}/settings`, { body: { checks: { ignoredClients: ['crawler-*'] } } });
    await publish(at, 'users', users);
    await use(at, 'crawler-7');
    expect(await publish(at, 'users', usersWithoutEmail)).toMatchObject({ body: { version: 2 } });
  });

  it('passes when somebody else has approved it', async () => {
    const at = freshVariant();
    await publish(at, 'users', users);
    await use(at);
    const publisher = await registry.createToken({ role: 'publisher', teams: ['accounts'] });
    const { body } = await publish(at, 'users', usersWithoutEmail);
    const [change] = (body as { changes: readonly { id: string }[] }).changes;
    const approval = `POST ${at}/changes/${change?.id}/approval`;
    expect(await registry.ask(approval, { body: { message: 'I do it' } })).toMatchObject({ status: 200 });
    expect(await publish(at, 'users', usersWithoutEmail)).toMatchObject({ status: 409 });
    expect(await registry.ask(approval, { body: {}, token: publisher })).toMatchObject({ status: 200 });
    expect(await publish(at, 'users', usersWithoutEmail)).toMatchObject({ body: { version: 2 } });
  });

  it('needs as many approvals as the variant asks for, used or not', async () => {
    const at = freshVariant();
    await registry.ask(`PUT ${at}/settings`, { body: { approvals: 2 } });
    await publish(at, 'users', users);
    const tokens = await Promise.all([1, 2].map(() => registry.createToken({ role: 'admin' })));
    const { body } = await publish(at, 'users', usersWithoutEmail);
    expect(body).toMatchObject({ code: 'APPROVALS_MISSING', detail: expect.stringContaining('2 approvals') });
    const [change] = (body as { changes: readonly { id: string }[] }).changes;
    for (const [index, token] of tokens.entries()) {
      expect(await publish(at, 'users', usersWithoutEmail)).toMatchObject({ status: 409 });
      await registry.ask(`POST ${at}/changes/${change?.id}/approval`, { body: { message: `${index}` }, token });
    }
    expect(await publish(at, 'users', usersWithoutEmail)).toMatchObject({ body: { version: 2 } });
  });
});

describe('going back and forth', () => {
  it('tells of each subgraph which publish made it what it is, wherever that was', async () => {
    const graph = `/v1/graphs/c${++graphs}`;
    const [staging, production] = [`${graph}/staging`, `${graph}/production`];
    const changes = async (at: string) => {
      const { items } = (await registry.ask(`GET ${at}/subgraphs`)).body as {
        readonly items: readonly {
          readonly lastChange: { readonly version: number; readonly ref: { readonly variant: string } };
        }[];
      };
      return items.map(({ lastChange: { version, ref } }) => `${version} ${ref.variant}`);
    };
    await publish(staging, 'users', users);
    await publish(staging, 'reviews', reviews);
    await publish(staging, 'users', { ...users, sdl: `${users.sdl} type Extra { a: Int }` });
    expect(await changes(staging)).toEqual(['2 staging', '3 staging']);
    await registry.ask(`POST ${staging}/rollback`, { body: { to: 2 } });
    expect(await changes(staging)).toEqual(['2 staging', '1 staging']);
    await registry.ask(`POST ${production}/promote`, { body: { from: 'staging' } });
    await publish(production, 'users', { ...users, url: 'http://users.production.test' });
    expect(await changes(production)).toEqual(['2 staging', '2 production']);
    await registry.ask(`PUT ${graph}/public/settings`, { body: { contract: { source: 'production' } } });
    expect(await changes(`${graph}/public`)).toEqual(['2 staging', '2 production']);
  });

  it('rolls back to the very supergraph of an old version, as a new one', async () => {
    const at = freshVariant();
    await publish(at, 'users', users);
    await publish(at, 'reviews', reviews);
    expect(await registry.ask(`POST ${at}/rollback`, { body: { to: 1, message: 'Oops' } })).toMatchObject({
      body: { version: 3, changes: [{ code: 'FIELD_REMOVED' }, {}] },
    });
    const first = await registry.ask(`GET ${at}/versions/1`);
    expect(await registry.ask(`GET ${at}/versions/3`)).toMatchObject({
      body: { ...(first.body as object), version: 3, cause: { kind: 'rollback', to: 1 }, commit: { message: 'Oops' } },
    });
    const [one, other] = await Promise.all(
      [1, 3].map((version) => registry.ask(`GET ${at}/versions/${version}/supergraph.graphql`)),
    );
    expect(one?.body).toContain('join__Graph');
    expect(one?.body).toBe(other?.body);
    expect(await registry.ask(`GET ${at}/diff?from=1&to=3`)).toMatchObject({ body: { changes: [], subgraphs: [] } });
    expect(await registry.ask(`GET ${at}/diff?from=3&to=2`)).toMatchObject({
      body: { changeCount: 2, subgraphs: [{ name: 'reviews', after: { url: reviews.url } }] },
    });
    expect(await registry.ask(`POST ${at}/rollback`, { body: { to: 9 } })).toMatchObject({
      status: 404,
      body: { code: 'UNKNOWN_VERSION', detail: expect.stringContaining('latest is 3') },
    });
  });

  it('promotes the schemas of another variant, and reaches services where they were', async () => {
    const graph = `/v1/graphs/p${++graphs}`;
    const staged = { ...users, url: 'http://users.staging.test', sdl: `${users.sdl} type Extra { a: Int }` };
    await publish(`${graph}/production`, 'users', users);
    await publish(`${graph}/staging`, 'users', staged);
    await publish(`${graph}/staging`, 'reviews', reviews);
    const promotion = { body: { from: 'staging', version: 2 } };
    expect(await registry.ask(`POST ${graph}/production/promote`, promotion)).toMatchObject({ body: { version: 2 } });
    expect(await registry.ask(`GET ${graph}/production/versions/2`)).toMatchObject({
      body: {
        cause: { kind: 'promote', from: { variant: 'staging' }, version: 2 },
        subgraphs: [
          { name: 'reviews', url: reviews.url },
          { name: 'users', url: users.url, sdl: staged.sdl },
        ],
      },
    });
    expect(await registry.ask(`POST ${graph}/staging/promote`, promotion)).toMatchObject({ status: 400 });
  });
});

describe('a contract', () => {
  const tagged = {
    ...users,
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@tag"])
      type Query { me: User audit: Log @tag(name: "internal") }
      type User @key(fields: "id") { id: ID! email: String @tag(name: "internal") }
      type Log { line: String }`,
  };

  it('shows what its tags let through of each version of the variant that it filters', async () => {
    const graph = `/v1/graphs/c${++graphs}`;
    const contract = { source: 'production', exclude: ['internal'] };
    expect(await registry.ask(`PUT ${graph}/public/settings`, { body: { contract } })).toMatchObject({
      body: { settings: { contract: { include: [], hideUnreachable: true } }, contract: { problems: [] } },
    });
    expect(await publish(`${graph}/production`, 'users', tagged)).toMatchObject({
      body: { contracts: [{ ref: { variant: 'public' }, version: 1, problems: [] }] },
    });
    const { body } = await registry.ask(`GET ${graph}/public/versions/1/supergraph.graphql`);
    expect(body).toMatch(/email: String .*@inaccessible/);
    expect(body).toMatch(/type Log .*@inaccessible/);
    expect(await registry.ask(`GET ${graph}/public/versions`)).toMatchObject({
      body: { items: [{ cause: { kind: 'contract', version: 1 }, commit: { author: { name: 'registry' } } }] },
    });
    expect(await publish(`${graph}/public`, 'users', users)).toMatchObject({
      status: 409,
      body: { code: 'CONTRACT_IS_DERIVED' },
    });
  });

  it('stays as it is when nothing is left of it', async () => {
    const graph = `/v1/graphs/c${++graphs}`;
    await publish(`${graph}/production`, 'users', tagged);
    const contract = { source: 'production', include: ['nowhere'] };
    expect(await registry.ask(`PUT ${graph}/empty/settings`, { body: { contract } })).toMatchObject({
      status: 200,
      body: { contract: { problems: [{ code: 'ONLY_INACCESSIBLE_CHILDREN' }] } },
    });
    expect(await registry.ask(`GET ${graph}/empty`)).toMatchObject({ body: { version: 0 } });
  });

  it('can neither filter a contract nor take the place of a variant', async () => {
    const graph = `/v1/graphs/c${++graphs}`;
    await publish(`${graph}/production`, 'users', tagged);
    await publish(`${graph}/staging`, 'users', tagged);
    const settings = (variant: string, source: string) =>
      registry.ask(`PUT ${graph}/${variant}/settings`, { body: { contract: { source } } });
    await settings('public', 'production');
    for (const [variant, source] of [
      ['deep', 'public'],
      ['self', 'self'],
      ['staging', 'production'],
      ['production', 'staging'],
    ] as const) {
      expect(await settings(variant, source), variant).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    }
    expect(await registry.ask(`PUT ${graph}/public/settings`, { body: { contract: null } })).toMatchObject({
      status: 200,
    });
    expect(await publish(`${graph}/public`, 'reviews', reviews)).toMatchObject({ body: { version: 2 } });
  });
});
