import { afterEach, describe, expect, it, vi } from 'vitest';
import { startTestGateway, toConfig } from '../support/gateway.ts';
import { type RestBackend, startRestBackend } from '../support/rest-backend.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Query { item(id: ID!): Item @rest(path: "/items/{$args.id}") }
  type Item @key(fields: "id") @rest(path: "/items/{$key.id}") { id: ID! from: String }
`;
const tester = { 'x-group': 'testers' };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A REST service whose answers say where they are from, and are the same again by the same ETag. */
async function startService(from: string, headers: Readonly<Record<string, string>>): Promise<RestBackend> {
  const service = await startRestBackend(({ target, headers: { 'if-none-match': known } }) =>
    known === '"1"'
      ? { status: 304, headers: { etag: '"1"', ...headers } }
      : { headers: { etag: '"1"', ...headers }, json: { id: target.slice('/items/'.length), from } },
  );
  closing.push(service.close);
  return service;
}

async function start(groups: object, cache: object, headers: Readonly<Record<string, string>>) {
  const folder = await createTemporaryFolder();
  closing.push(folder.remove);
  const schema = await folder.write('items.graphql', sdl);
  const [stable, canary] = [await startService('stable', headers), await startService('canary', headers)];
  const endpoints = [
    { url: stable.url, group: 'stable' },
    { url: canary.url, group: 'canary' },
  ];
  const gateway = await startTestGateway(
    toConfig({
      graph: { subgraphs: { items: { kind: 'rest', url: stable.url, schema } } },
      traffic: { all: { slowStart: '0s', dedupe: false }, subgraphs: { items: { endpoints, groups } } },
      cache,
    }),
  );
  closing.push(gateway.stop);
  const see = async (sent: Readonly<Record<string, string>> = {}) => {
    const { data } = await gateway.ask('{ item(id: "1") { id from } }', {}, { headers: sent });
    return data?.['item'];
  };
  return { see, asked: () => [stable.seen.length, canary.seen.length] };
}

const from = (group: string) => ({ id: '1', from: group });

describe.each([
  ['whole answers', { response: { enabled: true }, defaultMaxAge: '1m' }],
  ['what services answer', { entity: { enabled: true }, defaultMaxAge: '1m' }],
  ['both', { response: { enabled: true }, entity: { enabled: true }, defaultMaxAge: '1m' }],
])('a canary of a REST service, where %s are stored', (_what, cache) => {
  const fresh = { 'cache-control': 'public, max-age=60' };

  it('has its answers given to those alone who are sent there because of who they are', async () => {
    const groups = { weights: { stable: 1, canary: 0 }, rules: [{ group: 'canary', headers: tester }] };
    const { see, asked } = await start(groups, cache, fresh);
    for (const turn of [1, 2, 3]) {
      expect(await see(tester), `turn ${turn}`).toEqual(from('canary'));
      expect(await see(), `turn ${turn}`).toEqual(from('stable'));
    }
    expect(asked()).toEqual([1, 1]);
  });

  it('has its answers given to nobody else, when it is asked by chance', async () => {
    const chance = vi.spyOn(Math, 'random').mockReturnValue(0.99);
    closing.push(async () => chance.mockRestore());
    const { see, asked } = await start({ weights: { stable: 1, canary: 0.9 } }, cache, fresh);
    expect(await see()).toEqual(from('canary'));
    expect(await see()).toEqual(from('canary'));
    chance.mockReturnValue(0);
    expect(await see()).toEqual(from('stable'));
    chance.mockReturnValue(0.99);
    expect(await see()).toEqual(from('stable'));
    expect(asked()).toEqual([1, 2]);
  });
});

describe('what a canary of a REST service is asked about', () => {
  it('is what the canary has answered, even where the stable group has the same ETag', async () => {
    const groups = { weights: { stable: 1, canary: 0 }, rules: [{ group: 'canary', headers: tester }] };
    const { see, asked } = await start(groups, { entity: { enabled: true } }, { 'cache-control': 'no-cache, public' });
    for (const turn of [1, 2]) {
      expect(await see(), `turn ${turn}`).toEqual(from('stable'));
      expect(await see(tester), `turn ${turn}`).toEqual(from('canary'));
    }
    expect(asked()).toEqual([2, 2]);
  });
});
