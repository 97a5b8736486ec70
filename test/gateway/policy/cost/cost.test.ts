import { describe, expect, it } from 'vitest';
import { costSection } from '../../../../gateway/config/cost.ts';
import { GatewayError } from '../../../../gateway/errors.ts';
import { anonymous } from '../../../../gateway/identity/identity.ts';
import type { PolicyRequest, Verdict } from '../../../../gateway/policy/policy.ts';
import type { CostFacts } from '../../../../gateway/telemetry/telemetry.ts';
import { type CostHarness, composed, costsOf, toCostConfig } from './cost-harness.ts';

const shop = composed(/* GraphQL */ `
  type Query {
    users(first: Int): [User!] @listSize(slicingArguments: ["first"])
    pages(first: Int, last: Int): [User!] @listSize(slicingArguments: ["first", "last"])
    plain: [User]
    node: Node
    results(word: String @cost(weight: 3)): [Result!]
  }
  type Mutation { rename: User }
  interface Node { id: ID! }
  type User implements Node { id: ID!  best: User  mood: Int @cost(weight: 4) }
  type Gem implements Node @cost(weight: 9) { id: ID!  carats: Int }
  union Result = User | Gem
`);

function requestOf(
  harness: CostHarness,
  text: string,
  { variables = {}, tier = undefined }: { variables?: Record<string, unknown>; tier?: string | undefined } = {},
): PolicyRequest {
  const operation = harness.read(text);
  return {
    operation,
    variables: harness.coerce(operation, variables),
    identity: { ...anonymous, tier },
    client: { name: undefined, version: undefined },
    ip: undefined,
    requestId: 'r1',
  };
}

function refusalOf(harness: CostHarness, request: PolicyRequest): GatewayError | undefined {
  try {
    harness.cost.enforce(request);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

describe('the cost policy', () => {
  const config = toCostConfig({ limit: 100, tiers: { enterprise: 1_000, none: 0 } });

  it('refuses what is estimated above the limit of the tier, with estimate and limit', () => {
    const harness = costsOf(shop, config);
    const codeOf = (first: number, tier?: string) =>
      refusalOf(harness, requestOf(harness, `{ users(first: ${first}) { id } }`, { tier }))?.code;
    expect([codeOf(100), codeOf(101)]).toEqual([undefined, 'COST_LIMIT_EXCEEDED']);
    expect([codeOf(1_000, 'enterprise'), codeOf(1_001, 'enterprise')]).toEqual([undefined, 'COST_LIMIT_EXCEEDED']);
    expect([codeOf(1, 'none'), codeOf(101, 'toString'), codeOf(101, 'free')]).toEqual(
      Array.from({ length: 3 }, () => 'COST_LIMIT_EXCEEDED'),
    );
    const text = 'query ($n: Int) { users(first: $n) { id } }';
    const refusal = refusalOf(harness, requestOf(harness, text, { variables: { n: 1_000_000 } }));
    expect(refusal).toMatchObject({
      code: 'COST_LIMIT_EXCEEDED',
      status: 400,
      message: 'The operation is estimated to cost 1000000, and 100 is allowed. Ask for fewer fields or shorter lists.',
      extensions: { cost: { estimated: 1_000_000, limit: 100 } },
    });
  });

  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['{ users { id } }', {}, 'Field "Query.users" needs the argument "first", which says how many to load.'],
    [
      'query ($n: Int) { users(first: $n) { id } }',
      {},
      'Field "Query.users" needs the argument "first", which says how many to load.',
    ],
    ['query ($n: Int) { users(first: $n) { id } }', { n: 1 }, undefined],
    [
      '{ pages(first: 1, last: 1) { id } }',
      {},
      'Field "Query.pages" needs exactly one of the arguments "first", "last", which says how many to load.',
    ],
    ['{ pages(first: 1, last: null) { id } }', {}, undefined],
    ['query ($a: Boolean!) { users @include(if: $a) { id } }', { a: false }, undefined],
    [
      'query ($a: Boolean!) { ... @skip(if: $a) { users { id } } }',
      { a: false },
      'Field "Query.users" needs the argument "first", which says how many to load.',
    ],
  ])('asks for one slicing argument where one is required: %s %o', (text, variables, message) => {
    const harness = costsOf(shop, config);
    const refusal = refusalOf(harness, requestOf(harness, text, { variables }));
    expect(refusal?.message).toBe(message);
    expect(refusal?.code).toBe(message && 'BAD_USER_INPUT');
  });

  it('only logs in measure mode, and does nothing when it is off', () => {
    const text = 'query Big { users(first: 101) { id } }';
    const measuring = costsOf(shop, { ...config, mode: 'measure' });
    expect(measuring.cost.enforce(requestOf(measuring, text))).toEqual({ measured: 'COST_LIMIT_EXCEEDED' });
    expect(measuring.cost.enforce(requestOf(measuring, '{ users(first: 1) { id } }'))).toEqual({});
    expect(measuring.lines).toEqual([
      {
        level: 'warn',
        message: 'An operation would be refused for its cost.',
        fields: expect.objectContaining({ operationName: 'Big', estimated: 101, limit: 100, requestId: 'r1' }),
      },
    ]);
    const off = costsOf(shop, { ...config, mode: 'off', report: true });
    expect(off.cost.enforce(requestOf(off, text))).toEqual({});
    expect([off.estimate(text), off.lines]).toEqual([101, []]);
  });

  it('is off without its section, and enforces with it', () => {
    expect(costSection.parse(undefined)).toMatchObject({ mode: 'off' });
    expect(toCostConfig({})).toMatchObject({ mode: 'enforce', limit: 5_000, defaultListSize: 10, report: false });
  });

  it('tells estimate, actual cost and limit when it is asked to, and the metrics always', async () => {
    const facts: CostFacts[] = [];
    const note = (fact: CostFacts) => facts.push(fact);
    const quiet = costsOf(shop, config, note);
    const reporting = costsOf(shop, { ...config, report: true }, note);
    const answer = { data: { plain: [{ id: '1' }, null, { id: '2' }] }, extensions: { a: 1 } };
    const told = [quiet, reporting].map((harness) => {
      const request = requestOf(harness, '{ plain { id } }', { tier: 'enterprise' });
      const { onAnswer, headers } = harness.cost.enforce(request) as Verdict;
      expect(onAnswer?.(undefined)).toBeUndefined();
      const later: [string, string][] = [];
      return { answer: onAnswer?.(answer, (name, value) => later.push([name, value])), headers, later };
    });
    const cost = { estimated: 10, actual: 2, limit: 1_000 };
    expect(told).toEqual([
      { answer, headers: undefined, later: [] },
      {
        answer: { ...answer, extensions: { a: 1, cost } },
        headers: { 'x-cost-estimated': '10', 'x-cost-limit': '1000' },
        later: [['x-cost-actual', '2']],
      },
    ]);
    const tier = 'enterprise';
    const counted = [
      { kind: 'estimated', tier, cost: 10 },
      { kind: 'actual', tier, cost: 2 },
    ];
    expect(facts).toEqual([...counted, ...counted]);
    facts.length = 0;
    for (const unknown of [undefined, 'toString', 'made up']) {
      refusalOf(quiet, requestOf(quiet, '{ users(first: 101) { id } }', { tier: unknown }));
    }
    expect(facts).toEqual(Array.from({ length: 3 }, () => ({ kind: 'estimated', tier: 'default', cost: 101 })));
  });
});

describe('the actual cost', () => {
  const harness = costsOf(shop);
  const actual = (text: string, data: Record<string, unknown> | null) =>
    harness.cost.actualOf(harness.read(text), {}, { data });

  it.each<[string, Record<string, unknown> | null, number]>([
    [
      '{ plain { mood best { id } } }',
      {
        plain: [
          { mood: 1, best: { id: 1 } },
          { mood: null, best: null },
        ],
      },
      4 + 1 + 2,
    ],
    ['{ plain { id } }', { plain: null }, 0],
    ['{ plain { id } }', null, 0],
    ['mutation { rename { id } }', { rename: { id: 1 } }, 11],
    [
      '{ results(word: "a") { __typename ... on User { id } } }',
      { results: [{ __typename: 'User', id: 1 }, { __typename: 'Gem' }] },
      3 + 1 + 9,
    ],
    ['{ results { t: __typename } }', { results: [{ t: 'User' }, { t: 'User' }] }, 2],
    [
      '{ results { ... on User { id best { id } } ... on Gem { carats } } }',
      { results: [{ id: 1, best: { id: 2 } }, { carats: 3 }] },
      2 + 9,
    ],
    ['{ node { id } }', { node: { id: 1 } }, 9],
    ['{ node { id } }', { node: 'not an object' }, 0],
    ['{ toString: node { constructor: id } valueOf: plain { id } }', { toString: { constructor: 1 } }, 9],
  ])('of %s is counted from the answer', (text, data, cost) => {
    expect(actual(text, data)).toBe(cost);
  });
});
