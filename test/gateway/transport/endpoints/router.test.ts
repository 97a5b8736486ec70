import { describe, expect, it } from 'vitest';
import { ConditionIdentity } from '../../../../gateway/config/condition.ts';
import type { RoutedFetch } from '../../../../gateway/transport/endpoints/router.ts';
import { createTestEndpoints } from '../../../support/fake-endpoints.ts';

const endpoints = [
  { url: 'http://old/', group: 'stable' },
  { url: 'http://new/', group: 'canary' },
];

interface Facts {
  readonly headers?: Record<string, string>;
  readonly claims?: Record<string, unknown>;
  readonly client?: Record<string, string>;
  readonly variables?: Record<string, unknown>;
  readonly stickyKey?: string;
}

function toFetch({ headers = {}, claims = {}, client = {}, variables, stickyKey = 'somebody' }: Facts): RoutedFetch {
  const identity = new ConditionIdentity({
    kind: 'jwt',
    subject: undefined,
    scopes: [],
    roles: [],
    tier: undefined,
    claims,
  });
  return {
    client: {
      id: '1',
      headers: new Map(Object.entries(headers)),
      onSubgraphHeaders: undefined,
      asker: { stickyKey, context: () => ({ identity, client }) },
    },
    variables,
  };
}

const routerOf = (own: object) => createTestEndpoints({ endpoints, ...own }).endpoints.router!;

it('is not there where nothing of a client decides', () => {
  expect(createTestEndpoints({ endpoints }).endpoints.router).toBeUndefined();
  expect(
    createTestEndpoints({ endpoints, groups: { weights: { stable: 1, canary: 1 } } }).endpoints.router,
  ).toBeUndefined();
});

describe('rules', () => {
  const rules = [
    { group: 'canary', headers: { 'X-Canary': 'yes' } },
    { group: 'canary', when: 'identity.claims.beta == true' },
    { group: 'stable', when: "client.version.startsWith('1.')" },
    { group: 'canary', headers: { 'x-a': '1' }, when: "client.name == 'web'" },
  ];
  it.each<[string, Facts, string | undefined]>([
    ['a header', { headers: { 'x-canary': 'yes' } }, 'canary'],
    ['another value', { headers: { 'x-canary': 'no' } }, undefined],
    ['a claim', { claims: { beta: true } }, 'canary'],
    ['the first that fits', { claims: { beta: true }, client: { version: '1.2' } }, 'canary'],
    ['a client version', { client: { version: '1.2' } }, 'stable'],
    ['one of two conditions', { headers: { 'x-a': '1' } }, undefined],
    ['both conditions', { headers: { 'x-a': '1' }, client: { name: 'web' } }, 'canary'],
    ['nothing', {}, undefined],
  ])('send a fetch by %s', (_name, facts, group) => {
    expect(routerOf({ groups: { rules } })(toFetch(facts))).toEqual({ affinity: undefined, group });
  });

  it('with a condition fit nobody who is not known', () => {
    const { client } = toFetch({});
    const router = routerOf({ groups: { rules: [{ group: 'canary', when: 'true' }] } });
    expect(router({ client }).group).toBe('canary');
    expect(router({ client: { ...client, asker: undefined } }).group).toBeUndefined();
  });
});

describe('sticky groups', () => {
  const groupsOf = (sticky: object, facts: (user: number) => Facts, weights?: ReadonlyMap<string, number>) => {
    const test = createTestEndpoints({ endpoints, groups: { sticky, weights: { stable: 9, canary: 1 } } });
    test.endpoints.groups.setWeights(weights);
    return Array.from({ length: 2_000 }, (_, user) => test.endpoints.router?.(toFetch(facts(user))).group);
  };

  it.each<[string, object, (user: number) => Facts]>([
    ['identity', { identity: true }, (user) => ({ stickyKey: `user ${user}` })],
    ['header', { header: 'X-User' }, (user) => ({ headers: { 'x-user': `${user}` } })],
    ['claim', { claim: 'org.id' }, (user) => ({ claims: { org: { id: user } } })],
    ['variable', { variable: 'upc' }, (user) => ({ variables: { upc: [user] } })],
  ])('keep a client by %s, and those who were in a group that grows', (_name, sticky, facts) => {
    const groups = groupsOf(sticky, facts);
    expect(groupsOf(sticky, facts)).toEqual(groups);
    const share = groups.filter((group) => group === 'canary').length / groups.length;
    expect(share).toSatisfy((part: number) => part > 0.08 && part < 0.12);
    const grown = groupsOf(
      sticky,
      facts,
      new Map([
        ['stable', 1],
        ['canary', 1],
      ]),
    );
    expect(groups.every((group, user) => group === 'stable' || grown[user] === 'canary')).toBe(true);
  });

  it('leave who has no key to the lot', () => {
    expect(new Set(groupsOf({ header: 'x-user' }, () => ({})))).toEqual(new Set([undefined]));
  });
});

it('gives consistent hashing what it goes by, who asks unless told', () => {
  const facts = { headers: { 'x-tenant': 't' }, stickyKey: 'me' };
  const balance = 'consistent-hash';
  expect(routerOf({ balance })(toFetch(facts))).toEqual({ affinity: 'me', group: undefined });
  expect(routerOf({ balance, hashBy: { header: 'x-tenant' } })(toFetch(facts)).affinity).toBe('t');
  expect(createTestEndpoints({ endpoints, hashBy: { header: 'x-tenant' } }).endpoints.router).toBeUndefined();
});
