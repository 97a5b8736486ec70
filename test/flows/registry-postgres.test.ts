import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { askAnew } from '../support/ask-anew.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { describeWithPostgres, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type RegistryProcess, startRegistry } from '../support/registry-process.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const at = '/v1/graphs/shop/production';
const sdl = 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }';

describeWithPostgres('two instances of a registry on one PostgreSQL', () => {
  let folder: TemporaryFolder;
  let postgres: TestPostgres;
  let users: ServedSubgraph;
  let registries: readonly RegistryProcess[] = [];
  let gateway: GatewayProcess | undefined;
  beforeAll(async () => {
    [folder, postgres, users] = await Promise.all([
      createTemporaryFolder(),
      startPostgres(),
      serveSubgraph({ name: 'users', sdl, resolvers: { Query: { me: () => ({ id: '1', name: 'Ada' }) } } }),
    ]);
    const database = await postgres.createDatabase();
    // At once: the tables are made by one of them.
    registries = await Promise.all(
      ['a', 'b'].map((name) => startRegistry(`${folder.path}/${name}`, ['--database', database])),
    );
  }, 60_000);
  afterAll(async () => {
    await gateway?.end('SIGKILL');
    await Promise.all([...registries.map((registry) => registry.end('SIGKILL')), users?.close()]);
    await postgres?.[Symbol.asyncDispose]();
    await folder?.remove();
  });

  const instance = (index: number) => ({
    ask: async (route: string, body?: object) => {
      const registry = registries[index];
      if (registry === undefined) throw new Error('It has not started.');
      return await registry.ask(route, { body });
    },
    publish: async (name: string, body: object) => await instance(index).ask(`PUT ${at}/subgraphs/${name}`, body),
    read: async (path: string) => await instance(index).ask(`GET ${path}`),
  });
  const [first, second] = [instance(0), instance(1)];

  it('sign with one key, and know the same tokens', async () => {
    const [key, other] = await Promise.all([first.read('/v1/keys'), second.read('/v1/keys')]);
    expect(key).toMatchObject({ status: 200, body: { items: [{ algorithm: 'Ed25519' }] } });
    expect(other.body).toEqual(key.body);
    expect(await second.read('/v1/graphs')).toMatchObject({ status: 200 });
  });

  it('let one of two publishers win who race from the same base, and tell the other', async () => {
    expect(await first.publish('users', { url: users.url, sdl })).toMatchObject({ body: { version: 1 } });
    const race = (name: string) => ({ url: `http://${name}.test`, sdl: `type Query { ${name}: Int }`, base: 1 });
    const outcomes = await Promise.all([
      first.publish('orders', race('orders')),
      second.publish('stock', race('stock')),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual([200, 409]);
    expect(outcomes.find((outcome) => outcome.status === 409)?.body).toMatchObject({ code: 'STALE_BASE' });
    expect(await second.read(at)).toMatchObject({ body: { latest: { version: 2 } } });
  });

  it('let both win, one after the other, when they name no base', async () => {
    const wanted = (name: string) => ({ url: `http://${name}.test`, sdl: `type Query { ${name}: Int }` });
    const names = Array.from({ length: 6 }, (_, index) => `team${index}`);
    const outcomes = await Promise.all(
      names.map((name, index) => (index % 2 === 0 ? first : second).publish(name, wanted(name))),
    );
    const versions = outcomes.map((outcome) => (outcome.body as { readonly version: number }).version);
    expect(versions.toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8]);
    const { items } = (await first.read(`${at}/subgraphs`)).body as { readonly items: readonly { name: string }[] };
    expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(['users', ...names]));
  }, 30_000);

  it('tell gateways that follow one of them within two seconds what was published at the other', async () => {
    const { body } = await second.ask('POST /v1/tokens', {
      name: 'gateway',
      role: 'gateway',
      variants: ['shop@production'],
    });
    const { secret: token } = body as { readonly secret: string };
    const follow = `url: ${registries[0]?.url}, graph: shop@production, token: ${token}`;
    await folder.write(
      'overlock.yaml',
      `graph: { registry: { ${follow} } }\nlisten: { port: 0 }\nadmin: { port: 0 }\n`,
    );
    gateway = await startGateway([], { cwd: folder.path });
    const { url } = gateway;
    const isServed = async () => (await askAnew(url, '{ me { nick } }')).status === 200;
    expect(await isServed()).toBe(false);
    const published = await second.publish('users', {
      url: users.url,
      sdl: sdl.replace('name:', 'nick: String name:'),
    });
    expect(published).toMatchObject({ body: { version: 9 } });
    await vi.waitFor(async () => expect(await isServed()).toBe(true), { timeout: 2_000, interval: 20 });
  }, 30_000);
});
