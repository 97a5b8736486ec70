import { expect, it } from 'vitest';
import type { CacheReport, Storable } from '../../../gateway/cache/cache-report.ts';
import { createClientHeaders } from '../../../gateway/cache/client-headers.ts';
import { toConfig } from '../../support/gateway.ts';

const storable: Storable = {
  storedAtMs: 1_000,
  freshUntilMs: 61_900,
  staleWhileRevalidateMs: 5_000,
  staleIfErrorMs: 0,
  isPublic: true,
  readTags: () => ['type:Product', 'subgraph:products', 'answers:Product', 'names', 'tag:a b,ä\r\nx: y', 'tag:\ud800'],
};
const good = { data: { a: 1 } };

function headersOf(sections: object, report: Partial<Storable> = {}, answer: object = good) {
  const config = toConfig({ graph: { supergraph: 'unused.graphql' }, ...sections });
  const told: CacheReport = { status: 'hit', storable: { ...storable, ...report } };
  return createClientHeaders(config, () => 11_999)?.(answer, told);
}

it('tells browsers and CDNs for how long, who, and under which names', () => {
  const toClients = { enabled: true, tagHeader: 'cache-tag' };
  expect(headersOf({ cache: { toClients } })).toEqual({
    'cache-control': 'public, max-age=60, stale-while-revalidate=5',
    age: '10',
    vary: 'accept',
    'cache-tag': 'type:Product,a%20b%2c%c3%a4%0d%0ax:%20y,%ef%bf%bd',
  });
  const spaced = headersOf({ cache: { toClients: { ...toClients, tagHeader: 'surrogate-key' } } });
  expect(spaced?.['surrogate-key']?.split(' ')).toHaveLength(3);
});

it('leaves answers to browsers alone that CDNs could not remove, or must not give to everybody', () => {
  const toClients = { enabled: true, tagHeader: 'cache-tag' };
  const identity = { anonymous: false, apiKeys: { file: 'keys.json' } };
  const cases = [
    headersOf(
      { cache: { toClients } },
      { readTags: () => Array.from({ length: 1_000 }, (_, index) => `tag:name-${index}`) },
    ),
    headersOf({ cache: { toClients }, identity }),
    headersOf({ cache: { toClients } }, { isPublic: false }),
  ];
  for (const headers of cases) {
    expect(headers?.['cache-control']).toMatch(/^private, max-age=60/);
    expect(headers?.['cache-tag']).toBeUndefined();
    expect(headers?.['vary']).toMatch(/^accept, authorization/);
  }
});

it('tells browsers that what is for one identity depends on the cookie where that carries the token', () => {
  const cache = { toClients: { enabled: true } };
  const identity = { token: { cookie: 'session' }, jwt: [{ issuer: 'a', audience: 'b', secret: 'x'.repeat(32) }] };
  expect(headersOf({ cache, identity }, { isPublic: false })?.['vary']).toBe('accept, authorization, cookie');
  expect(headersOf({ cache, identity })?.['vary']).toBe('accept');
});

it('has nothing stored that is not as it should be, or over in a moment', () => {
  const cache = { toClients: { enabled: true } };
  const never = { 'cache-control': 'no-store' };
  expect(headersOf({ cache }, {}, { ...good, errors: [] })).toEqual(never);
  expect(headersOf({ cache }, {}, { ...good, extensions: { degraded: [] } })).toEqual(never);
  expect(headersOf({ cache }, {}, { ...good, extensions: { queryPlan: {} } })).toEqual(never);
  expect(headersOf({ cache }, { freshUntilMs: 1_500 })).toEqual(never);
  expect(headersOf({ cache }, {}, { ...good, extensions: { cost: {} } })).not.toEqual(never);
});

it('tells nothing unless it is asked to', () => {
  expect(headersOf({})).toBeUndefined();
  expect(headersOf({ cache: { response: { enabled: true }, toClients: { enabled: false } } })).toBeUndefined();
  expect(headersOf({ cache: { debugHeader: true } })).toEqual({ 'x-cache': 'hit' });
});
