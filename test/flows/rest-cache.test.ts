import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type BackendAnswer, type RestBackend, type SeenRequest, startRestBackend } from '../support/rest-backend.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Query { item(id: ID!): Item @rest(path: "/items/{$args.id}") }
  type Mutation { clear: Item @rest(path: "/clear", method: POST) }
  type Item @key(fields: "id") @rest(path: "/items/{$key.id}") { id: ID! stock: Int }
`;

describe('a gateway that keeps what a REST service answers', () => {
  let folder: TemporaryFolder;
  let backend: RestBackend;
  let gateway: TestGateway;
  let answer: (request: SeenRequest) => BackendAnswer = () => ({});
  beforeEach(async () => {
    folder = await createTemporaryFolder();
    backend = await startRestBackend((request) => answer(request));
    await folder.write('items.graphql', sdl);
    gateway = await startTestGateway(
      toConfig({
        graph: { subgraphs: { items: { kind: 'rest', url: backend.url, schema: `${folder.path}/items.graphql` } } },
        cache: { entity: { enabled: true } },
        headers: { toSubgraphs: [{ propagate: ['authorization', 'accept-language'] }] },
      }),
    );
  });
  afterEach(async () => {
    await gateway.stop();
    await backend.close();
    await folder.remove();
  });

  let stock = 1;
  const item = (id: string, headers: Readonly<Record<string, string>> = {}) =>
    gateway.ask('query ($id: ID!) { item(id: $id) { id stock } }', { id }, { headers });
  const expectItem = async (id: string, count: number, headers?: Readonly<Record<string, string>>) =>
    expect((await item(id, headers)).data).toEqual({ item: { id, stock: count } });
  const asked = () => backend.seen.map(({ target, headers }) => [target, headers['if-none-match']]);
  const say = (headers: Readonly<Record<string, string>>) => {
    answer = ({ target }) => ({ headers, json: { id: target.slice('/items/'.length), stock } });
  };

  it('asks for nothing that is fresh, whoever asks where it is public, and else for each', async () => {
    say({ 'cache-control': 'max-age=60, public', vary: 'accept-language' });
    await expectItem('1', 1, { authorization: 'ada' });
    await expectItem('1', 1, { authorization: 'bob' });
    await expectItem('1', 1, { 'accept-language': 'de' });
    expect(backend.seen).toHaveLength(2);
    say({ 'cache-control': 'max-age=60' });
    for (const authorization of ['ada', 'bob', 'ada']) await expectItem('2', 1, { authorization });
    expect(backend.seen).toHaveLength(4);
    say({ 'cache-control': 'no-store', etag: '"1"' });
    for (let turn = 0; turn < 2; turn++) await expectItem('3', 1);
    expect(asked().slice(4)).toEqual([
      ['/items/3', undefined],
      ['/items/3', undefined],
    ]);
  });

  it('asks whether what it knows is still good, and goes by what it is told', async () => {
    let etag = '"one"';
    answer = ({ headers }) =>
      headers['if-none-match'] === etag
        ? { status: 304, headers: { etag, 'cache-control': 'max-age=1' } }
        : { headers: { etag, 'cache-control': 'no-cache' }, json: { id: '1', stock } };
    await expectItem('1', 1);
    stock = 2;
    await expectItem('1', 1);
    // The 304 has made it fresh for a while.
    await expectItem('1', 1);
    expect(asked()).toEqual([
      ['/items/1', undefined],
      ['/items/1', '"one"'],
    ]);
    etag = '"two"';
    await sleep(1_100);
    await expectItem('1', 2);
    await expectItem('1', 2);
    expect(asked().slice(2)).toEqual([
      ['/items/1', '"one"'],
      ['/items/1', '"two"'],
    ]);
  });

  it('forgets it with a mutation of the service, and when operators take it away by whatever name', async () => {
    stock = 1;
    say({ 'cache-control': 'max-age=60, public', 'cache-tag': 'shelf, other' });
    const purge = (body: unknown) =>
      fetch(`${gateway.adminUrl}/control/cache/purge`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const changes = [
      () => gateway.ask('mutation { clear { stock } }'),
      () => purge({ tags: ['shelf'] }),
      () => purge({ types: ['Item'] }),
      () => purge({ entities: [{ type: 'Item', key: { id: '1' } }] }),
      () => purge({ subgraphs: ['items'] }),
      () => purge({ all: true }),
    ];
    await expectItem('1', 1);
    for (const [index, change] of changes.entries()) {
      stock = index + 2;
      await change();
      await expectItem('1', stock);
    }
  });
});
