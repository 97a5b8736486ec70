import { type ExecutionResult, GraphQLError, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { headersSection } from '../../../gateway/config/headers.ts';
import { bodyOf } from '../../../gateway/dedupe/shared-answers.ts';
import { withDedupe } from '../../../gateway/dedupe/with-dedupe.ts';
import { GatewayError } from '../../../gateway/errors.ts';
import type { Answer } from '../../../gateway/execute/engine.ts';
import { anonymous, type Identity } from '../../../gateway/identity/identity.ts';
import type { OperationRun } from '../../../gateway/run-operation.ts';
import { toOperation } from '../../support/test-graph.ts';

const query = toOperation('query Q($id: ID) { me(id: $id) }');
const mutation = toOperation('mutation { rename }');
const ada: Identity = {
  ...anonymous,
  kind: 'jwt',
  key: 'token:ada',
  subject: 'ada',
  scopes: new Set(['read']),
  claims: { sub: 'ada', team: 'x' },
  expiresAtMs: 1_000,
};

interface Ask extends Partial<Omit<OperationRun, 'client'>> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly id?: string;
}

/** A run that ends when it is told to. */
interface Run {
  readonly run: OperationRun;
  readonly end: (answer: Answer) => void;
  readonly fail: (error: Error) => void;
}

/** Runs behind the dedupe. */
function createSubject(headers: Record<string, unknown> = {}, timeoutMs = 10_000) {
  const runs: Run[] = [];
  const clock = { ms: 0 };
  const deduped = withDedupe((run) => new Promise((end, fail) => runs.push({ run, end, fail })), {
    headers: headersSection.parse({
      toSubgraphs: [{ propagate: ['x-tenant'], rename: { 'x-lang': 'lang' } }],
      ...headers,
    }),
    timeoutMs,
    routingHeaders: ['x-canary'],
    labelsKeyOf: ({ stickyKey = '' }) => (stickyKey.includes('override') ? 'moved' : ''),
    trialsOf: (fetch) => new Map(stickyKeyOf(fetch).includes('canary') ? [['users', 'canary']] : []),
    now: () => clock.ms,
  });
  const brought = new Map<string, unknown[]>();
  const ask = ({ headers: sent = {}, id = 'r', ...rest }: Ask = {}) =>
    deduped({
      operation: query,
      variables: {},
      identity: anonymous,
      left: undefined,
      ...rest,
      client: {
        id,
        headers: new Map(Object.entries(sent)),
        onSubgraphHeaders: (...got) => brought.set(id, [...(brought.get(id) ?? []), got]),
      },
    });
  return { ask, runs, clock, brought };
}

const stickyKeyOf = (run: object) => ('stickyKey' in run ? String(run.stickyKey) : '');

describe('equal queries in flight', () => {
  it('are one run, whose answer all get, as the same bytes', async () => {
    const { ask, runs } = createSubject();
    const asked = Array.from({ length: 200 }, (_, index) => ask({ id: `${index}`, identity: { ...ada } }));
    expect(runs).toHaveLength(1);
    runs[0]?.end({ data: { me: 1 } });
    const answers = (await Promise.all(asked)) as ExecutionResult[];
    expect(new Set(answers).size).toBe(1);
    const bodies = answers.map((answer) => bodyOf(answer, JSON.stringify));
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]?.toString()).toBe('{"data":{"me":1}}');
  });

  const fault = new TypeError('x is not a function');
  const lost = new GraphQLError('It is gone.', { extensions: { code: 'SUBGRAPH_UNREACHABLE' } });
  const refused = new GraphQLError('No.', { extensions: { code: 'SUBGRAPH_ERROR' } });

  it.each<[string, (run: Run) => void]>([
    ['fails', ({ fail }) => fail(fault)],
    [
      'loses a part',
      ({ end, run }) => {
        run.client.onSubgraphHeaders?.('users', new Map([['x-served-by', 'nobody']]));
        end({ data: { me: null }, errors: [lost] });
      },
    ],
  ])('ask again, together and once, when the run of the first %s', async (_what, end) => {
    const { ask, runs, brought } = createSubject();
    const asked = ['a', 'b', 'c'].map((id) => ask({ id }));
    const settled = Promise.allSettled(asked);
    if (runs[0]) end(runs[0]);
    await expect.poll(() => runs.length).toBe(2);
    runs[1]?.end({ data: { me: 1 } });
    const [, second, third] = await settled;
    for (const one of [second, third]) expect(one).toEqual({ status: 'fulfilled', value: { data: { me: 1 } } });
    expect(runs).toHaveLength(2);
    expect(brought.has('b')).toBe(false);
    const later = Promise.allSettled(['d', 'e'].map((id) => ask({ id })));
    runs[2]?.fail(fault);
    await expect.poll(() => runs.length).toBe(4);
    runs[3]?.fail(fault);
    expect((await later).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(runs).toHaveLength(4);
  });

  it('share what it came to when asking again would take too long, or change nothing', async () => {
    const { ask, runs, clock } = createSubject();
    const slow = [ask(), ask()];
    clock.ms = 1_001;
    runs[0]?.fail(fault);
    expect(await Promise.allSettled(slow)).toEqual(slow.map(() => ({ status: 'rejected', reason: fault })));
    const denied = [ask(), ask()];
    runs[1]?.end({ data: { me: null }, errors: [refused] });
    expect(await Promise.all(denied)).toEqual(denied.map(() => ({ data: { me: null }, errors: [refused] })));
    expect(runs).toHaveLength(2);
  });

  it('share the headers that subgraphs bring for clients', async () => {
    const { ask, runs, brought } = createSubject();
    const asked = [ask({ id: 'a' }), ask({ id: 'b' })];
    const headers = new Map([['x-served-by', '1']]);
    runs[0]?.run.client.onSubgraphHeaders?.('users', headers);
    runs[0]?.end({ data: {} });
    await Promise.all(asked);
    expect([...brought]).toEqual([
      ['a', [['users', headers]]],
      ['b', [['users', headers]]],
    ]);
  });

  it('may be of clients whose shares differ in nothing that is on', () => {
    const { ask, runs } = createSubject();
    void ask({ stickyKey: 'one' });
    void ask({ stickyKey: 'other' });
    expect(runs).toHaveLength(1);
  });

  it('may differ in headers that no rule passes on, and in the request id', () => {
    const { ask, runs } = createSubject();
    void ask({ id: 'a', headers: { 'user-agent': 'a', 'x-tenant': 't', connection: 'keep-alive' } });
    void ask({ id: 'b', headers: { 'user-agent': 'b', 'x-tenant': 't' } });
    expect(runs).toHaveLength(1);
  });
});

describe('never joined', () => {
  it.each<[string, Ask, Ask]>([
    ['anonymous and an identity', {}, { identity: ada }],
    [
      'credentials that nobody here reads',
      { headers: { authorization: 'Bearer a' } },
      { headers: { authorization: 'Bearer b' } },
    ],
    ['two identities', { identity: ada }, { identity: { ...ada, key: 'token:bob' } }],
    ['an identity by another kind', { identity: ada }, { identity: { ...ada, kind: 'opaqueToken' } }],
    ['an identity with other scopes', { identity: ada }, { identity: { ...ada, scopes: new Set(['read', 'write']) } }],
    ['scopes that are roles', { identity: ada }, { identity: { ...ada, scopes: new Set(), roles: ada.scopes } }],
    ['an identity of another tier', { identity: ada }, { identity: { ...ada, tier: 'free' } }],
    [
      'an identity with another claim',
      { identity: ada },
      { identity: { ...ada, claims: { ...ada.claims, team: 'y' } } },
    ],
    ['an identity that ends later', { identity: ada }, { identity: { ...ada, expiresAtMs: 2_000 } }],
    ['other variables', { variables: { id: '1' } }, { variables: { id: '2' } }],
    ['a variable of another type', { variables: { id: '1' } }, { variables: { id: 1 } }],
    ['null and no variable', { variables: { id: null } }, {}],
    ['another operation', {}, { operation: toOperation('{ me }') }],
    ['what policies left of an operation', {}, { operation: { ...query, document: parse('{ me }') } }],
    ['another header that is passed on', { headers: { 'x-tenant': 'a' } }, { headers: { 'x-tenant': 'b' } }],
    ['a header that endpoints are chosen by', { headers: { 'x-canary': '1' } }, {}],
    ['a field that is moved for some', { stickyKey: 'an override' }, { stickyKey: 'other' }],
    ['endpoints on trial', { stickyKey: 'a canary' }, { stickyKey: 'other' }],
    ['an empty header and none', { headers: { 'x-tenant': '' } }, {}],
    ['a header that goes by another name', { headers: { 'x-lang': 'de' } }, { headers: { 'x-lang': 'en' } }],
    [
      'one header that looks like two',
      { headers: { 'x-lang': 'a 1:b' } },
      { headers: { 'x-lang': 'a', 'x-tenant': 'b' } },
    ],
    ['no header and one that looks like none', { headers: { 'x-lang': '-' } }, {}],
    ['labels that look like one', { labels: ['a', 'b'] }, { labels: ['a 1:b'] }],
    ["values in one another's place", { headers: { 'x-lang': 'a' } }, { headers: { 'x-tenant': 'a' } }],
    [
      'a header that is of the connection',
      { headers: { 'x-tenant': 'a' } },
      { headers: { 'x-tenant': 'a', connection: 'x-tenant' } },
    ],
    ['mutations', { operation: mutation }, { operation: mutation }],
    [
      'subscriptions',
      { operation: { ...query, kind: 'subscription' } },
      { operation: { ...query, kind: 'subscription' } },
    ],
    [
      'variables that are very long',
      { variables: { id: 'x'.repeat(70_000) } },
      { variables: { id: 'x'.repeat(70_000) } },
    ],
  ])('are %s', (_what, one, other) => {
    const { ask, runs } = createSubject();
    void ask(one);
    void ask(other);
    expect(runs).toHaveLength(2);
  });

  it('is a run that has ended, well or not', async () => {
    const { ask, runs } = createSubject();
    const first = ask();
    runs[0]?.end({ data: {} });
    await first;
    const second = ask();
    expect(runs).toHaveLength(2);
    runs[1]?.fail(new Error('no'));
    await expect(second).rejects.toThrow('no');
    void ask();
    expect(runs).toHaveLength(3);
  });

  it('is a run that began before a mutation ended', async () => {
    const { ask, runs } = createSubject();
    const before = ask();
    const write = ask({ operation: mutation });
    void ask();
    expect(runs).toHaveLength(2);
    runs[1]?.end({ data: {} });
    await write;
    const after = ask();
    expect(runs).toHaveLength(3);
    runs[0]?.end({ data: { me: 'old' } });
    runs[2]?.end({ data: { me: 'new' } });
    expect(await Promise.all([before, after])).toEqual([{ data: { me: 'old' } }, { data: { me: 'new' } }]);
  });

  it.each([
    [10_000, 1_000],
    [600, 300],
  ])('is a run that stalls: with %i ms for all, after %i ms', (timeoutMs, joinMs) => {
    const { ask, runs, clock } = createSubject({}, timeoutMs);
    void ask();
    clock.ms = joinMs;
    void ask();
    expect(runs).toHaveLength(1);
    clock.ms = joinMs + 1;
    void ask();
    expect(runs).toHaveLength(2);
    void ask();
    expect(runs).toHaveLength(2);
  });

  it('is anything where cookies of subgraphs are passed on', () => {
    const { ask, runs } = createSubject({ toClients: [{ propagate: ['Set-Cookie'] }] });
    void ask();
    void ask();
    expect(runs).toHaveLength(2);
  });
});

describe('a client that leaves', () => {
  it('takes nobody along, be it the first or a later one', async () => {
    const { ask, runs } = createSubject();
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [
      ask({ left: first.signal }),
      ask({ left: second.signal }),
      ask({ left: new AbortController().signal }),
    ];
    first.abort();
    second.abort();
    const refused = expect.objectContaining({ code: 'REQUEST_TIMEOUT' });
    await expect(asked[0]).rejects.toEqual(refused);
    await expect(asked[1]).rejects.toEqual(refused);
    expect(runs[0]?.run.left?.aborted).toBe(false);
    runs[0]?.end({ data: { me: 1 } });
    expect(await asked[2]).toEqual({ data: { me: 1 } });
  });

  it('ends the run when it was the last one, and the next begins another', async () => {
    const { ask, runs } = createSubject();
    const clients = [new AbortController(), new AbortController()];
    const asked = clients.map(({ signal }) => ask({ left: signal }));
    for (const client of clients) client.abort();
    expect(runs[0]?.run.left?.aborted).toBe(true);
    void ask();
    expect(runs).toHaveLength(2);
    runs[0]?.fail(new GatewayError('REQUEST_TIMEOUT', 'Stopped.'));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('has left before it asked', async () => {
    const { ask, runs } = createSubject();
    const answer = ask({ left: AbortSignal.abort() });
    expect(runs[0]?.run.left?.aborted).toBe(true);
    runs[0]?.end({ data: {} });
    expect(await answer).toEqual({ data: {} });
  });
});
