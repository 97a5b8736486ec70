import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { deprecationsSection } from '../../../../gateway/config/deprecations.ts';
import { GatewayError } from '../../../../gateway/errors.ts';
import { anonymous } from '../../../../gateway/identity/identity.ts';
import { createDeprecations } from '../../../../gateway/policy/deprecations/deprecations.ts';
import { compose } from '../../../../schema/compose/compose.ts';
import { toOperation } from '../../../support/test-graph.ts';

const sdl = /* GraphQL */ `
  type Query { me(by: By, old: Int @deprecated(reason: "Use by.") @sunset(on: "2027-03-01")): Node }
  input By { id: ID  name: String @deprecated(reason: "Use id.") @sunset(on: "2027-04-01") }
  interface Node { id: ID! }
  type User implements Node {
    id: ID!
    email: String @deprecated(reason: "Use emails.") @sunset(on: "2027-01-31")
    phone: String @deprecated(reason: "Use phones.")
    role: Role
    is(role: Role): Boolean
  }
  enum Role { ADMIN  GUEST @deprecated(reason: "Nobody is.") @sunset(on: "2026-12-01") }
`;

function createSubject(
  config: unknown = {},
  text = sdl,
  sinceOf: (coordinate: string) => string | undefined = () => undefined,
) {
  const subgraph = { kind: 'federation', name: 'users', url: 'http://users', sdl: text } as const;
  const composition = compose([subgraph], undefined, { sinceOf });
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  const { supergraph } = composition;
  const clock = { ms: Date.parse('2026-11-22T12:00:00Z') };
  const policy = createDeprecations({
    supergraph,
    schema: buildSchema(supergraph.publicSdl),
    config: deprecationsSection.parse(config),
    now: () => clock.ms,
  });
  const enforce = async (query: string, variables: Readonly<Record<string, unknown>> = {}) => {
    const request = {
      operation: toOperation(query),
      variables,
      identity: anonymous,
      ip: undefined,
      requestId: 'r',
    };
    return await policy?.enforce({ ...request, client: { name: undefined, version: undefined } });
  };
  const refusal = async (query: string) => {
    const error: unknown = await enforce(query).catch((thrown: unknown) => thrown);
    return error instanceof GatewayError ? error : undefined;
  };
  return { policy, clock, enforce, refusal };
}

describe('the headers Deprecation and Sunset', () => {
  it.each([
    ['nothing that goes away', '{ me { id ... on User { phone } } }', undefined],
    ['a field', '{ me { ... on User { email } } }', 'Sun, 31 Jan 2027 00:00:00 GMT'],
    ['a field in a fragment', '{ me { ...U } } fragment U on User { email }', 'Sun, 31 Jan 2027 00:00:00 GMT'],
    ['an argument', '{ me(old: 1) { id } }', 'Mon, 01 Mar 2027 00:00:00 GMT'],
    ['a field of an input', '{ me(by: { name: "a" }) { id } }', 'Thu, 01 Apr 2027 00:00:00 GMT'],
    ['an enum value', '{ me { ... on User { is(role: GUEST) } } }', 'Tue, 01 Dec 2026 00:00:00 GMT'],
    ['several things: the first to go', '{ me(old: 1) { ... on User { email } } }', 'Sun, 31 Jan 2027 00:00:00 GMT'],
  ])('tell of %s', async (_, query, sunset) => {
    const { enforce } = createSubject();
    const expected = sunset === undefined ? undefined : { deprecation: '@0', sunset };
    expect((await enforce(query))?.headers).toEqual(expected);
    expect((await enforce(query))?.headers).toEqual(expected);
  });

  it.each([
    [
      'a field of an input',
      'query Q($by: By) { me(by: $by) { id } }',
      { by: { name: 'a' } },
      'Thu, 01 Apr 2027 00:00:00 GMT',
    ],
    ['an input without it', 'query Q($by: By) { me(by: $by) { id } }', { by: { id: 'a' } }, undefined],
    [
      'an enum value',
      'query Q($r: Role) { me { ... on User { is(role: $r) } } }',
      { r: 'GUEST' },
      'Tue, 01 Dec 2026 00:00:00 GMT',
    ],
    ['another enum value', 'query Q($r: Role) { me { ... on User { is(role: $r) } } }', { r: 'ADMIN' }, undefined],
    [
      'a value beside a field: the first to go',
      'query Q($by: By) { me(by: $by, old: 1) { id } }',
      { by: { name: 'a' } },
      'Mon, 01 Mar 2027 00:00:00 GMT',
    ],
    ['what stands there by default', 'query Q($by: By) { me(by: $by) { id } }', { by: { mode: 'FAST' } }, undefined],
  ])('tell of what comes through variables: %s', async (_, query, variables, sunset) => {
    const { enforce } = createSubject(
      {},
      `${sdl} extend input By { mode: Mode = FAST @deprecated(reason: "x") @sunset(on: "2026-12-01") } enum Mode { FAST SLOW }`,
    );
    expect((await enforce(query, variables))?.headers?.['sunset']).toBe(sunset);
  });

  it('say since when it is deprecated, where that is known', async () => {
    const since = new Map([
      ['User.email', '2026-10-01'],
      ['Query.me(old:)', '2026-09-01'],
    ]);
    const { enforce } = createSubject({}, sdl, (coordinate) => since.get(coordinate));
    const told = async (query: string) => (await enforce(query))?.headers?.['deprecation'];
    expect(await told('{ me { ... on User { email } } }')).toBe(`@${Date.parse('2026-10-01') / 1_000}`);
    expect(await told('{ me(old: 1) { ... on User { email } } }')).toBe(`@${Date.parse('2026-09-01') / 1_000}`);
    expect(await told('{ me(by: { name: "a" }) { id } }')).toBe('@0');
  });

  it('are left out when they are switched off, and cost nothing where nothing goes away', async () => {
    const { enforce } = createSubject({ headers: false });
    expect((await enforce('{ me { ... on User { email } } }'))?.headers).toBeUndefined();
    expect(createSubject({}, 'type Query { a: Int @deprecated(reason: "Old.") }').policy).toBeUndefined();
  });
});

describe('a brownout', () => {
  const from = '2026-11-22T13:00:00Z';

  it('refuses what uses something that goes away, for as long as it lasts', async () => {
    const { clock, refusal } = createSubject({ brownouts: [{ from, for: '10m' }] });
    const query = '{ me { ... on User { email } } }';
    expect(await refusal(query)).toBeUndefined();
    clock.ms = Date.parse(from) + 540_000;
    const refused = await refusal(query);
    expect(refused).toMatchObject({
      code: 'SUNSET',
      status: 410,
      headers: { 'retry-after': '60', sunset: 'Sun, 31 Jan 2027 00:00:00 GMT' },
      extensions: { coordinate: 'User.email', sunset: '2027-01-31', retryAfter: 60 },
    });
    expect(refused?.message).toBe(
      '"User.email" goes away on 2027-01-31 and is switched off for 60 s, so that you notice: leave it out.',
    );
    expect(await refusal('{ me { id } }')).toBeUndefined();
    clock.ms = Date.parse(from) + 600_000;
    expect(await refusal(query)).toBeUndefined();
  });

  it('comes again', async () => {
    const { clock, refusal } = createSubject({ brownouts: [{ from, for: '10m', every: '1d' }] });
    const query = '{ me(old: 1) { id } }';
    clock.ms = Date.parse(from) + 3 * 86_400_000 + 599_999;
    expect((await refusal(query))?.extensions['retryAfter']).toBe(1);
    clock.ms += 1;
    expect(await refusal(query)).toBeUndefined();
  });

  it('may be for some coordinates only', async () => {
    const { clock, refusal } = createSubject({ brownouts: [{ from, for: '10m', coordinates: ['Query.me(old:)'] }] });
    clock.ms = Date.parse(from);
    expect(await refusal('{ me { ... on User { email } } }')).toBeUndefined();
    expect((await refusal('{ me(old: 1) { ... on User { email } } }'))?.extensions['coordinate']).toBe(
      'Query.me(old:)',
    );
  });

  it.each([
    [{ from: 'tomorrow', for: '10m' }, 'must be a moment such as 2027-01-10T10:00:00Z'],
    [{ from, for: '10m', every: '10m' }, 'must be longer than for'],
  ])('of %o is refused', (brownout, message) => {
    const parsed = deprecationsSection.safeParse({ brownouts: [brownout] });
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});

it.each([
  ['answer', undefined],
  ['refuse', '"Role.GUEST" went away on 2026-12-01: leave it out.'],
])('after the day, %s', async (afterSunset, message) => {
  const { clock, refusal } = createSubject({ afterSunset });
  const query = '{ me { ... on User { is(role: GUEST) email } } }';
  clock.ms = Date.parse('2026-11-30T23:59:59Z');
  expect(await refusal(query)).toBeUndefined();
  clock.ms = Date.parse('2026-12-01T00:00:00Z');
  expect((await refusal(query))?.message).toBe(message);
});
