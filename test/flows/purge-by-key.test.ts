import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { type Federation, startFederation } from '../support/federation.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@inaccessible"])';
const key = '@key(fields: "upc")';
const subgraphs = {
  products: {
    sdl: `${link}
      type Query { top: [Product!]! }
      type Product ${key} @key(fields: "sku brand { id }") { upc: ID! sku: ID! brand: Brand! name: String size: Size }
      type Brand { id: ID! @shareable }
      type Size { width: Int }`,
    resolvers: {},
  },
  stock: {
    sdl: `${link} type Product ${key} @key(fields: "code") { upc: ID! code: ID! @inaccessible inStock: Boolean }`,
    resolvers: {},
  },
};

const taken: readonly (readonly [type: string, key: object])[] = [
  ['Product', { upc: '1' }],
  ['Product', { brand: { id: 'b' }, sku: 's' }],
  ['Product', { code: 'c' }],
];
const productKeys = 'its keys are "upc", "sku brand { id }", "code". Give all fields of one of them and no others';
const refused: readonly (readonly [type: string, key: object, says: string])[] = [
  ['Product', { name: 'n' }, productKeys],
  ['Product', {}, productKeys],
  ['Product', { upc: '1', name: 'n' }, productKeys],
  ['Product', { sku: 's' }, productKeys],
  ['Product', { sku: 's', brand: 'b' }, productKeys],
  ['Product', { sku: 's', brand: { id: 'b', name: 'n' } }, productKeys],
  ['Size', { width: 1 }, 'it is no entity of this supergraph'],
  ['Prodct', { upc: '1' }, 'it is no entity of this supergraph'],
];

describe('an entity that operators name to take it out of the caches', () => {
  let gateway: Federation<'products' | 'stock'>;
  beforeAll(async () => {
    gateway = await startFederation({ subgraphs, sections: { cache: { response: { enabled: true } } } });
  });
  afterAll(() => gateway.stop());

  const purge = async (type: string, fields: object) => {
    const answer = await fetch(`${gateway.adminUrl}/control/cache/purge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tags: ['other'], entities: [{ type, key: fields }] }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const command = async (...args: readonly string[]) => {
    const { terminal, written } = createFakeTerminal({ env: { OVERLOCK_ADMIN: gateway.adminUrl } });
    return { code: await runCommandLine(['cache', 'purge', ...args], terminal), ...written };
  };

  it.each(taken)('is taken as a %s with %j', async (type, fields) => {
    expect(await purge(type, fields)).toEqual({ status: 200, body: { told: true } });
    expect(await command('--entity', `${type}:${JSON.stringify(fields)}`)).toMatchObject({
      code: 0,
      stderr: 'It is forgotten.\n',
    });
  });

  it.each(refused)('is refused as a %s with %j, of which nothing can be known', async (type, fields, says) => {
    expect(await purge(type, fields)).toMatchObject({
      status: 400,
      body: { code: 'BAD_REQUEST', detail: expect.stringContaining(says) },
    });
    const { code, stderr } = await command('--entity', `${type}:${JSON.stringify(fields)}`);
    expect(code).toBe(2);
    expect(stderr).toContain(`Nothing of the type "${type}" is found by these fields: ${says}`);
  });
});
