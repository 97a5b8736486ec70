import { printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopSchema } from '../gateway/operation/shop.ts';
import { type Federation, startFederation } from '../support/federation.ts';

let silent: Federation<'shop'>;
let talking: Federation<'shop'>;
beforeAll(async () => {
  [silent, talking] = await Promise.all([start({}), start({ errors: { suggestions: true } })]);
});
afterAll(() => Promise.all([silent.stop(), talking.stop()]));

function start(sections: Record<string, unknown>) {
  const resolvers = { Query: { me: () => ({ id: '1', name: 'Ada' }) } };
  return startFederation({ subgraphs: { shop: { sdl: printSchema(shopSchema), resolvers } }, sections });
}

/** A document with one variable, as the type of an argument of `search`. */
const searching = (type: string, argument: string) => `query ($v: ${type}) { search(${argument}: $v) { __typename } }`;

describe('a guess at a name', () => {
  it.each([
    ['{ me { nam } }', 'name'],
    ['{ search(firts: 1) { __typename } }', 'first'],
    ['{ search(sort: AS) { __typename } }', 'ASC'],
    ['{ search(filter: { tex: "a" }) { __typename } }', 'text'],
    ['{ node(id: 1) { ... on Usr { id } } }', 'User'],
    ['query ($v: Filtr) { search(filter: $v) { __typename } }', 'Filter'],
    ['{ serch { __typename } }', 'search'],
  ])('is told the right one only where that is allowed: %s', async (query, name) => {
    const refused = await silent.ask(query);
    expect([refused.status, refused.errors[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    expect(refused.text).not.toContain('Did you mean');
    expect(refused.text).not.toContain(`\\"${name}\\"`);
    expect((await talking.ask(query)).text).toMatch(new RegExp(`Did you mean .*\\b${name}\\b`));
  });

  it.each([
    ['Sort', 'sort', 'AS', 'ASC'],
    ['Filter', 'filter', { tex: 'a' }, 'text'],
    ['Filter', 'filter', { not: { sor: 'ASC' } }, 'sort'],
    ['Filter', 'filter', { sort: 'DES' }, 'DESC'],
  ])('in a variable is never told the right one: %s %s %o', async (type, argument, value, name) => {
    for (const gateway of [silent, talking]) {
      const refused = await gateway.ask(searching(type, argument), { v: value });
      expect([refused.status, refused.errors[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
      expect(refused.text).not.toContain('Did you mean');
      expect(refused.text).not.toMatch(new RegExp(`\\b${name}\\b`));
    }
  });
});

describe('a long name', () => {
  const long = 'x'.repeat(400);
  const field = (name: string) => ({ query: `{ me { ${name} } }` });

  it.each<[string, Record<string, unknown>]>([
    ['a field', field(long)],
    ['fields that conflict', field(`${long}: id ${long}: name`)],
    ['an argument', field(`label(${long}: 1)`)],
    ['a type', field(`... on ${long} { id }`)],
    ['a fragment', field(`...${long}`)],
    ['a directive', field(`id @${long}`)],
    ['an enum value', { query: `{ search(sort: ${long}) { __typename } }` }],
    ['a variable', { query: `query ($${long}: Int) { me { id } }` }],
    ['a required variable', { query: `query ($${long}: ID!) { node(id: $${long}) { id } }` }],
    [
      'a variable with too much',
      {
        query: `query ($${long}: JSON) { search(json: $${long}) { __typename } }`,
        variables: { [long]: Array(1_001) },
      },
    ],
    ['the operation', { query: '{ me { id } }', operationName: long }],
    ['a field of an input object', { query: searching('Filter', 'filter'), variables: { v: { [long]: 1 } } }],
  ])('is cut after 100 characters: of %s', async (_, params) => {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
    const response = await fetch(silent.url, { method: 'POST', headers, body: JSON.stringify(params) });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toContain('x'.repeat(100));
    expect(text).not.toContain('x'.repeat(101));
    expect(Buffer.byteLength(text)).toBeLessThan(10_000);
  });
});

it('stays small when everything is wrong at once', async () => {
  const wrong = Array.from({ length: 900 }, (_, index) => `wrong${index}${'y'.repeat(80)}`);
  const refused = await silent.ask(`{ me { ${wrong.join(' ')} } }`);
  expect(refused.errors.length).toBeLessThanOrEqual(20);
  expect(Buffer.byteLength(refused.text)).toBeLessThan(10_000);
  expect(silent.subgraphs.shop.requests).toEqual([]);
});
