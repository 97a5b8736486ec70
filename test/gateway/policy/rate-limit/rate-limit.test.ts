import { buildSchema, type ExecutionResult } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { limitsSection } from '../../../../gateway/config/limits.ts';
import { rateLimitSection } from '../../../../gateway/config/rate-limit.ts';
import { GatewayError } from '../../../../gateway/errors.ts';
import { anonymous, type Identity } from '../../../../gateway/identity/identity.ts';
import { createOperationReader } from '../../../../gateway/operation/read-operation.ts';
import type { PolicyRequest, Verdict } from '../../../../gateway/policy/policy.ts';
import { Concurrency, type ConcurrencyCounter } from '../../../../gateway/policy/rate-limit/concurrency.ts';
import { createRateLimit, type RateLimitOptions } from '../../../../gateway/policy/rate-limit/rate-limit.ts';
import { createLimitStore } from '../../../../gateway/store/create-limit-store.ts';
import type { LimitStore } from '../../../../gateway/store/limit-store.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';
import { describeWithRedis, startRedis } from '../../../support/redis.ts';

const schema = buildSchema(`
  type Query { me: User  node: Node  search: [Result!]  admins: [User]  adminCount: Int }
  type Mutation { login(name: String): User  logout: Int }
  type Subscription { ticks: Int }
  interface Node { id: ID  email: String }
  type User implements Node { id: ID  email: String  friends: [User] }
  type Bot implements Node { id: ID  email: String }
  union Result = User | Bot
`);
const readOperation = createOperationReader({
  schema,
  limits: limitsSection.parse({}),
  introspection: true,
  suggestions: false,
});
const operationOf = (query: string) => readOperation({ query }, { method: 'POST' });

const stores: LimitStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

type Rules = readonly Record<string, unknown>[];
interface Asked extends Partial<Omit<PolicyRequest, 'identity' | 'operation'>> {
  readonly query?: string;
  readonly identity?: Partial<Identity>;
}

function createPolicy(rules: Rules, options: Partial<RateLimitOptions> & { readonly redis?: string } = {}) {
  const clock = { ms: 0, date: Date.parse('2025-03-31T18:00:00Z') };
  const { log, lines } = createRecordingLogger();
  const section = { rules, ...(options.redis && { store: { redis: options.redis, timeout: '5s' } }) };
  const config = rateLimitSection.parse(section);
  const store = createLimitStore({ config, now: () => clock.ms, date: () => clock.date, log });
  stores.push(store);
  const decided: string[] = [];
  const onDecided: RateLimitOptions['onDecided'] = (rule, outcome) => decided.push(`${rule} ${outcome}`);
  const policy = createRateLimit({ config, schema, store, estimateOf: () => 1, log, onDecided, ...options });
  const ask = async ({ query = '{ me { id } }', identity, ...rest }: Asked = {}): Promise<Verdict> =>
    await policy.enforce({
      operation: operationOf(query),
      variables: {},
      identity: { ...anonymous, ...identity },
      client: { name: undefined, version: undefined },
      ip: '192.0.2.1',
      requestId: '1',
      ...rest,
    });
  /** How many of so many pass. */
  const passing = async (count: number, asked: Asked | ((index: number) => Asked) = {}) => {
    const all = Array.from({ length: count }, (_, index) => ask(typeof asked === 'function' ? asked(index) : asked));
    return (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length;
  };
  return { ask, passing, clock, lines, decided };
}

async function refusalOf(asking: Promise<unknown>): Promise<GatewayError> {
  const error = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

const jwt = (key: string, tier?: string): Partial<Identity> => ({ kind: 'jwt', key, tier });

describe('whose use counts together', () => {
  const first = { identity: jwt('issuer|1', 'free'), ip: '192.0.2.1' };
  const query = '{ me { id } }';
  // Of the first client's second request, and of one request of another: does it pass after the limit of 1 is used up?
  it.each([
    ['client', 'another address', { ...first, ip: '192.0.2.2' }, false],
    ['client', 'another identity', { ...first, identity: jwt('issuer|2') }, true],
    ['client', 'an anonymous client whose address is like a key', { ip: 'issuer|1' }, true],
    ['client', 'another name that the client gives itself', { ...first, client: { name: 'x', version: '2' } }, false],
    ['ip', 'another identity', { ...first, identity: jwt('issuer|2') }, false],
    ['ip', 'another address', { ...first, ip: '192.0.2.2' }, true],
    ['ip', 'the address as IPv6', { ip: '::ffff:192.0.2.1' }, false],
    ['tier', 'another client of the tier', { identity: jwt('issuer|2', 'free') }, false],
    ['tier', 'another tier', { identity: jwt('issuer|2', 'paid') }, true],
    ['tier', 'no tier', {}, true],
    ['operation', 'the same operation of another', { query }, false],
    ['operation', 'another operation', { query: '{ adminCount }' }, true],
    ['gateway', 'anybody', { query: '{ adminCount }', ip: '192.0.2.9' }, false],
  ])('per %s: %s', async (per, _name, other: Asked, passes) => {
    const { passing } = createPolicy([{ per, limit: '1/day' }]);
    expect(await passing(3, { ...first, query })).toBe(1);
    expect(await passing(3, other)).toBe(passes ? (per === 'tier' && other.identity === undefined ? 3 : 1) : 0);
  });

  it('is a /64 of IPv6, and one place for all addresses that are not known', async () => {
    const { passing } = createPolicy([{ per: 'client', limit: '2/day' }]);
    expect(await passing(9, (index) => ({ ip: `2001:db8:1:2::${index}` }))).toBe(2);
    expect(await passing(9, { ip: '2001:db8:1:3::1' })).toBe(2);
    expect(await passing(9, (index) => ({ ip: index % 2 === 0 ? undefined : `no address ${index}` }))).toBe(2);
  });

  it('may be only those of a tier, or only anonymous or identified ones', async () => {
    const { passing } = createPolicy([
      { per: 'client', tier: 'free', limit: '2/day' },
      { per: 'client', anonymous: true, limit: '3/day' },
      { per: 'client', anonymous: false, limit: '5/day' },
    ]);
    expect(await passing(9, { identity: jwt('a', 'free') })).toBe(2);
    expect(await passing(9, { identity: jwt('b', 'paid') })).toBe(5);
    expect(await passing(9)).toBe(3);
  });
});

describe('levels', () => {
  it('are checked together: what one refuses counts for none', async () => {
    const { passing } = createPolicy([
      { per: 'gateway', limit: '10/day' },
      { per: 'client', limit: '6/day' },
    ]);
    expect(await passing(50)).toBe(6);
    expect(await passing(50, { ip: '192.0.2.2' })).toBe(4);
  });

  it('refill evenly up to their burst, in periods as short as a second and as long as a month', async () => {
    const { passing, clock } = createPolicy([
      { per: 'client', limit: '10/s', burst: 3 },
      { per: 'client', limit: '100/month' },
    ]);
    expect(await passing(9)).toBe(3);
    clock.ms += 99;
    expect(await passing(9)).toBe(0);
    clock.ms += 101;
    expect(await passing(9)).toBe(2);
    for (let index = 0; index < 95; index++) {
      clock.ms += 1_000;
      expect(await passing(1)).toBe(1);
    }
    clock.ms += 1_000;
    expect(await passing(1)).toBe(0);
    clock.ms += 30 * 24 * 3_600_000 * 0.02;
    expect(await passing(9)).toBe(2);
  });
});

describe('fields', () => {
  it.each([
    ['Mutation.login', 'mutation { login { id } }', 1],
    ['Mutation.login', 'mutation { logout }', 0],
    ['Mutation.login', 'mutation { a: login(name: "a") { id } b: login(name: "b") { id } login { id } }', 3],
    ['Mutation.login', 'mutation { login { id } login { email } ...F } fragment F on Mutation { login { id } }', 1],
    ['Mutation.login', 'mutation { ...F a: login { id } } fragment F on Mutation { ... { b: login { id } } }', 2],
    ['Query.admin*', '{ admins { id } adminCount me { id } }', 2],
    ['*.email', '{ me { email friends { email } } }', 2],
    ['User.email', '{ node { email } }', 1],
    ['User.email', '{ node { ... on Node { email } ... on User { email } } }', 1],
    ['User.email', '{ node { ... on Bot { email } } }', 0],
    ['Node.email', '{ me { email } }', 1],
    ['User.email', '{ search { ... on User { a: email b: email } ... on Bot { email } } }', 2],
    ['User.*', '{ me { id ...F } } fragment F on User { friends { friends { id } } }', 4],
    [['Query.me', 'User.id'], '{ me { id } a: me { id } }', 4],
  ])('%s in %s', async (fields, query, times) => {
    const { ask, passing } = createPolicy([{ per: 'client', fields, limit: '12/day', name: 'fields' }]);
    const { headers } = await ask({ query });
    expect(headers?.['ratelimit']).toBe(times === 0 ? undefined : `"fields";r=${12 - times};t=${7_200 * times}`);
    expect(await passing(20, { query })).toBe(times === 0 ? 20 : Math.floor((12 - times) / times));
  });

  it('are refused as a whole when they are more than fit at once, and told of when the schema has none', async () => {
    const { ask, lines } = createPolicy([{ per: 'ip', fields: ['Mutation.login', 'Mutation.signin'], limit: '5/min' }]);
    const aliases = Array.from({ length: 6 }, (_, index) => `a${index}: login { id }`);
    const refusal = await refusalOf(ask({ query: `mutation { ${aliases.join(' ')} }` }));
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', status: 429, headers: { 'retry-after': '60' } });
    expect(refusal.message).toContain('counts 6 for the limit "ip Mutation.login Mutation.signin/min", which allows 5');
    expect(await ask({ query: `mutation { ${aliases.slice(1).join(' ')} }` })).toBeDefined();
    expect(lines).toMatchObject([{ level: 'warn', fields: { field: 'Mutation.signin' } }]);
  });
});

describe('what clients are told', () => {
  const rules = [
    { per: 'client', limit: '100/min', burst: 3 },
    { per: 'client', unit: 'cost', limit: '60/min', name: 'he said "no"' },
    { per: 'gateway', limit: '4/day' },
  ];

  it('is what is left of their own limits, when it passes', async () => {
    const { ask } = createPolicy(rules, { estimateOf: () => 7 });
    expect((await ask()).headers).toEqual({
      'ratelimit-policy': String.raw`"client/min";q=100;w=60, "he said \"no\"";q=60;qu="cost";w=60`,
      ratelimit: String.raw`"client/min";r=2;t=1, "he said \"no\"";r=53;t=7`,
    });
  });

  it('is how long to wait, when it does not', async () => {
    const { ask, passing, clock } = createPolicy(rules);
    await passing(3);
    const refusal = await refusalOf(ask());
    expect(refusal).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      message: 'This is more than the limit "client/min" allows. Try again in 1 s.',
      extensions: { retryAfter: 1 },
      headers: { 'retry-after': '1', ratelimit: expect.stringContaining('"client/min";r=0;t=2, ') },
    });
    clock.ms += 1_000;
    await ask();
    const shared = await refusalOf(ask());
    expect(shared.headers['retry-after']).toBe(String((24 * 3_600) / 4 - 1));
    expect(shared.headers['ratelimit']).toContain('"gateway/day";r=0;');
  });

  it('is nothing where no rule applies', async () => {
    const { ask } = createPolicy([{ per: 'client', fields: 'Mutation.login', limit: '5/min' }]);
    expect(await ask()).toEqual({});
  });
});

describe('limits in cost', () => {
  const rules = [{ per: 'client', unit: 'cost', limit: '100/day' }];
  const answer: ExecutionResult = { data: {} };

  it('take the estimate before, and what it really was after', async () => {
    let actual: number | undefined = 10;
    const { ask, passing } = createPolicy(rules, { estimateOf: () => 40, actualOf: () => actual });
    const verdicts = [await ask(), await ask()];
    expect(await passing(1)).toBe(0);
    expect(verdicts[0]?.onAnswer?.(answer)).toBe(answer);
    expect((await ask()).headers?.['ratelimit']).toContain('r=10;');
    actual = undefined;
    verdicts[1]?.onAnswer?.(answer);
    verdicts[1]?.onAnswer?.(undefined);
    expect(await passing(1)).toBe(0);
    actual = 130;
    verdicts[1]?.onAnswer?.(answer);
    expect((await refusalOf(ask())).headers['retry-after']).toBe(String(24 * 3_600 * 1.2));
  });

  it('refuse what is dearer than the whole limit, whatever the estimate is', async () => {
    for (const estimate of [101, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
      const { ask } = createPolicy(rules, { estimateOf: () => estimate });
      expect(await refusalOf(ask())).toMatchObject({ code: 'RATE_LIMITED', headers: { 'retry-after': '86400' } });
    }
  });
});

describe('quotas', () => {
  const rules = [
    { per: 'client', quota: '5/day' },
    { per: 'client', quota: '90/month', unit: 'cost', timezone: 'Europe/Berlin' },
    { per: 'client', limit: '100/min' },
  ];

  it('are told as limits are, and refuse until their window ends', async () => {
    const { ask, passing, clock, decided } = createPolicy(rules, { estimateOf: () => 10 });
    expect((await ask()).headers).toEqual({
      'ratelimit-policy':
        '"client quota/day";q=5;w=86400, "client cost quota/month";q=90;qu="cost", "client/min";q=100;w=60',
      ratelimit: '"client quota/day";r=4;t=21600, "client cost quota/month";r=80;t=14400, "client/min";r=99;t=1',
    });
    expect(await passing(9)).toBe(4);
    const refusal = await refusalOf(ask());
    expect(refusal).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      extensions: { retryAfter: 21_600 },
      headers: { 'retry-after': '21600', ratelimit: expect.stringContaining('"client quota/day";r=0;t=21600, ') },
    });
    // Berlin is at midnight two hours earlier, and a month of it ends.
    clock.date += 14_400_000;
    expect((await refusalOf(ask())).headers['retry-after']).toBe('7200');
    clock.date += 7_200_000;
    expect(await passing(9)).toBe(5);
    expect(decided.filter((one) => one === 'client quota/day allowed')).toHaveLength(10);
    expect(decided.filter((one) => one.endsWith('refused'))).toEqual(
      new Array<string>(5 + 1 + 1 + 4).fill('client quota/day refused'),
    );
  });

  it('in cost take the estimate, and then what it really was', async () => {
    const { ask, passing } = createPolicy([{ per: 'ip', quota: '100/month', unit: 'cost' }], {
      estimateOf: () => 60,
      actualOf: () => 10,
    });
    const verdict = await ask();
    expect(await passing(1)).toBe(0);
    verdict.onAnswer?.({ data: {} });
    expect((await ask()).headers?.['ratelimit']).toContain('r=30;');
  });
});

describe('concurrency', () => {
  it('is limited until answers are there, however they end', async () => {
    const { ask, passing } = createPolicy([{ per: 'client', concurrency: 2 }]);
    const verdicts = [await ask(), await ask()];
    expect(await refusalOf(ask())).toMatchObject({ code: 'RATE_LIMITED', headers: { 'retry-after': '1' } });
    expect(await passing(1, { ip: '192.0.2.2' })).toBe(1);
    verdicts[0]?.onAnswer?.({ data: {} });
    verdicts[0]?.onAnswer?.(undefined);
    expect(await passing(9)).toBe(1);
    verdicts[1]?.onAnswer?.(undefined);
    expect(await passing(9)).toBe(1);
  });

  it('goes on over a new schema, and is told by rule', async () => {
    const concurrency = new Concurrency();
    const rules = [{ per: 'client', concurrency: 2 }];
    const [former, next] = [createPolicy(rules, { concurrency }), createPolicy(rules, { concurrency })];
    const verdict = await former.ask();
    expect(await next.passing(9)).toBe(1);
    verdict.onAnswer?.(undefined);
    expect(await next.passing(9)).toBe(1);
    expect([former.decided, next.decided.filter((one) => one.endsWith('allowed'))]).toEqual([
      ['client concurrency allowed'],
      ['client concurrency allowed', 'client concurrency allowed'],
    ]);
  });

  it('of all clients answers 503, leaves subscriptions alone, and is not used up by what another rule refuses', async () => {
    const { ask, passing } = createPolicy([
      { per: 'gateway', concurrency: 1 },
      { per: 'client', limit: '1/day' },
    ]);
    expect(await passing(1, { query: 'subscription { ticks }', ip: '192.0.2.2' })).toBe(1);
    const verdict = await ask();
    expect(await refusalOf(ask({ ip: '192.0.2.3' }))).toMatchObject({ code: 'OVERLOADED', status: 503 });
    verdict.onAnswer?.(undefined);
    expect((await refusalOf(ask())).code).toBe('RATE_LIMITED');
    expect(await passing(1, { ip: '192.0.2.3' })).toBe(1);
  });
});

describe('a store that cannot count', () => {
  it('means that all passes, or nothing does', async () => {
    const unknown = (allowed: boolean): LimitStore => ({
      take: () => ({ kind: 'unknown', allowed }),
      list: () => ({ uses: [], next: undefined }),
      close: () => {},
    });
    const rules = [{ per: 'client', limit: '1/day' }];
    expect(await createPolicy(rules, { store: unknown(true) }).ask()).toEqual({});
    const { ask } = createPolicy(rules, { store: unknown(false) });
    expect(await refusalOf(ask())).toMatchObject({ code: 'OVERLOADED', status: 503, headers: { 'retry-after': '1' } });
  });
});

describe('counts that are kept elsewhere', () => {
  /** Whatever is asked of it comes in another turn. */
  const later = async <Value>(value: Value | Promise<Value>): Promise<Value> => {
    await new Promise((resolve) => setImmediate(resolve));
    return value;
  };

  it('allow and refuse as those that are at hand, and free what is not used', async () => {
    const here = new Concurrency();
    const concurrency: ConcurrencyCounter = { enter: (slots) => later(here.enter(slots)) };
    const counted = createLimitStore({
      config: rateLimitSection.parse({}),
      now: () => 0,
      date: () => 0,
      log: createRecordingLogger().log,
    });
    stores.push(counted);
    const store: LimitStore = {
      take: (debits) => later(counted.take(debits)),
      list: () => ({ uses: [], next: undefined }),
      close: () => {},
    };
    const rules = [
      { per: 'gateway', concurrency: 2 },
      { per: 'client', limit: '3/day' },
    ];
    const { ask, passing, decided } = createPolicy(rules, { store, concurrency });
    const verdicts = [await ask(), await ask()];
    expect((await refusalOf(ask())).code).toBe('OVERLOADED');
    for (const { onAnswer } of verdicts) onAnswer?.({ data: {} });
    expect(await passing(1)).toBe(1);
    // Refused by the limit while a place is free, and again: none of them keeps it.
    for (let round = 0; round < 3; round += 1) expect((await refusalOf(ask())).code).toBe('RATE_LIMITED');
    expect(await passing(1, { ip: '192.0.2.2' })).toBe(1);
    expect(decided.filter((one) => one.startsWith('client')).toSorted()).toEqual([
      ...new Array<string>(4).fill('client/day allowed'),
      ...new Array<string>(3).fill('client/day refused'),
    ]);
  });
});

describeWithRedis('two gateways on one Redis', () => {
  it('let exactly 50 of 200 concurrent requests pass', async () => {
    await using redis = await startRedis();
    const rules = [
      { per: 'client', limit: '50/hour' },
      { per: 'gateway', limit: '1000/hour' },
      { per: 'ip', fields: 'Query.me', limit: '900/hour' },
    ];
    const gateways = [createPolicy(rules, { redis: redis.url }), createPolicy(rules, { redis: redis.url })];
    const asked = { identity: jwt('issuer|1') };
    const passed = await Promise.all(gateways.map(({ passing }) => passing(100, asked)));
    expect((passed[0] ?? 0) + (passed[1] ?? 0)).toBe(50);
    const keys = await redis.client.keys('*');
    expect(keys.join()).not.toContain('issuer');
  });
});
