import type { ExecutionResult } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CacheFacts } from '../../../../gateway/cache/cache-facts.ts';
import { noLimits } from '../../../../gateway/cache/cache-policy.ts';
import type { CacheReport } from '../../../../gateway/cache/cache-report.ts';
import type { OperationPolicy } from '../../../../gateway/cache/operation-policy.ts';
import { keyHeadersOf } from '../../../../gateway/cache/response/key-headers.ts';
import { ResponseKeys } from '../../../../gateway/cache/response/response-keys.ts';
import { withResponseCache } from '../../../../gateway/cache/response/with-response-cache.ts';
import { createCacheStore } from '../../../../gateway/cache/store/create-cache-store.ts';
import { GatewayError } from '../../../../gateway/errors.ts';
import type { Answer } from '../../../../gateway/execute/engine.ts';
import { anonymous, type Identity } from '../../../../gateway/identity/identity.ts';
import { StopSignal } from '../../../../gateway/lib/stop-signal.ts';
import type { OperationRun } from '../../../../gateway/run-operation.ts';
import { noLog } from '../../../../gateway/telemetry/no-telemetry.ts';
import { toConfig } from '../../../support/gateway.ts';
import { toOperation } from '../../../support/test-graph.ts';

const query = toOperation('{ top }');
const mutation = toOperation('mutation { rename }');
const config = toConfig({ graph: { supergraph: 'unused.graphql' } });
const said: CacheFacts = {
  subgraph: 'products',
  policy: noLimits,
  statesMaxAge: false,
  statesPublic: false,
  ageMs: 0,
  setsCookie: false,
  degraded: false,
};
const personOf = (subject: string): Identity => ({ ...anonymous, kind: 'jwt', key: subject, subject });
const [ada, bob] = [personOf('ada'), personOf('bob')];

interface Running {
  readonly run: OperationRun;
  /** Ends it, as an answer of a subgraph that says so much of storing it. */
  readonly end: (answer?: Answer, facts?: Partial<CacheFacts>) => void;
  readonly fail: (error: Error) => void;
}

/** Runs that end when they are told to, behind the cache. */
function createSubject(policy: Partial<OperationPolicy['policy']> = {}) {
  const runs: Running[] = [];
  const clock = { ms: 1_800_000_000_000 };
  const now = () => clock.ms;
  const known: OperationPolicy = {
    policy: { ...noLimits, maxAgeMs: 60_000, staleWhileRevalidateMs: 10_000, staleIfErrorMs: 30_000, ...policy },
    isComplete: true,
    digest: 'top',
    coordinates: ['Query.top'],
    tagsOf: () => ['type:Product'],
  };
  const store = createCacheStore({ config: config.cache, log: noLog, now, random: () => 0 });
  const cached = withResponseCache(
    (run) =>
      new Promise((resolve, reject) => {
        run.left?.addEventListener('abort', () => reject(new GatewayError('REQUEST_TIMEOUT', 'Gone.')), { once: true });
        const end: Running['end'] = (answer = { data: { top: runs.length } }, facts = {}) => {
          run.client.onFetched?.({ ...said, ...facts });
          resolve(answer);
        };
        runs.push({ run, end, fail: reject });
      }),
    {
      policyOf: ({ kind }) => (kind === 'query' ? known : undefined),
      keys: new ResponseKeys({ context: 'f', keyHeaders: keyHeadersOf(config) }),
      store,
      timeoutMs: 10_000,
      onAsked: () => {},
      now,
    },
  );
  const reports: CacheReport[] = [];
  const ask = async (request: Partial<OperationRun> = {}) =>
    (await cached({
      operation: query,
      variables: {},
      identity: anonymous,
      client: { id: 'r', headers: new Map(), onSubgraphHeaders: undefined },
      left: undefined,
      onCacheReport: (report) => reports.push(report),
      ...request,
    })) as ExecutionResult;
  return { ask, runs, clock, reports, store };
}

describe('those who find nothing at the same time', () => {
  it('are one run, and get its answer though the first of them leaves', async () => {
    const { ask, runs } = createSubject();
    const left = new StopSignal();
    const first = ask({ left, identity: ada });
    const others = [ask({ identity: bob }), ask()];
    left.abort();
    await expect(first).rejects.toThrow();
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    for (const answer of await Promise.all(others)) expect(answer.data).toEqual({ top: 1 });
    expect((await ask()).data).toEqual({ top: 1 });
  });

  it('do not fail for one who is somebody else', async () => {
    const { ask, runs } = createSubject();
    const [first, second] = [ask({ identity: ada }), ask({ identity: bob })];
    runs[0]?.fail(new GatewayError('SUBGRAPH_TIMEOUT', 'Too slow.'));
    await expect(first).rejects.toThrow('Too slow.');
    await expect.poll(() => runs.length).toBe(2);
    runs[1]?.end();
    expect((await second).data).toEqual({ top: 2 });
  });

  it('ask again, together, when it failed for the first of one identity', async () => {
    const { ask, runs } = createSubject({ scope: 'private' });
    const asked = [ask({ identity: ada }), ask({ identity: ada }), ask({ identity: ada })];
    const settled = Promise.allSettled(asked);
    runs[0]?.fail(new GatewayError('SUBGRAPH_TIMEOUT', 'Too slow.'));
    await expect.poll(() => runs.length).toBe(2);
    runs[1]?.end();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(runs).toHaveLength(2);
  });

  it.each<[string, Partial<CacheFacts>]>([
    ['is for one', { policy: { ...noLimits, scope: 'private' } }],
    ['brought a cookie', { setsCookie: true }],
    ['may not be stored', { policy: { ...noLimits, maxAgeMs: 0 } }],
    ['is an old one', { degraded: true }],
  ])('ask for themselves when what came %s, and do not wait for each other again', async (_what, facts) => {
    const { ask, runs } = createSubject();
    const asked = [ask({ identity: ada }), ask({ identity: bob })];
    runs[0]?.end(undefined, facts);
    await expect.poll(() => runs.length).toBe(2);
    runs[1]?.end(undefined, facts);
    expect((await Promise.all(asked)).map(({ data }) => data)).toEqual([{ top: 1 }, { top: 2 }]);
    const later = [personOf('eve'), personOf('kim')].map((identity) => ask({ identity }));
    await expect.poll(() => runs.length).toBe(4);
    for (const { end } of runs) end();
    await Promise.all(later);
  });

  it('do not join what began before a mutation ended', async () => {
    const { ask, runs } = createSubject();
    const before = ask();
    const changing = ask({ operation: mutation });
    runs[1]?.end({ data: { rename: true } });
    await changing;
    const after = ask();
    expect(runs).toHaveLength(3);
    for (const { end } of runs) end();
    await Promise.all([before, after]);
  });
});

it('has nobody wait for what began long before, or before something in it was removed', async () => {
  const { ask, runs, clock, store } = createSubject();
  const asked = [ask(), ask()];
  expect(runs).toHaveLength(1);
  clock.ms += 1_001;
  asked.push(ask());
  expect(runs).toHaveLength(2);
  await store.invalidate(['tag:other']);
  asked.push(ask());
  expect(runs).toHaveLength(3);
  for (const { end } of runs) end();
  await Promise.all(asked);
});

describe('what is stale', () => {
  it('is made anew by one, and by another when that failed', async () => {
    const { ask, runs, clock, reports } = createSubject();
    const first = ask();
    runs[0]?.end();
    await first;
    clock.ms += 65_000;
    await Promise.all([ask(), ask(), ask()]);
    await expect.poll(() => runs.length).toBe(2);
    expect(runs[1]?.run.left?.aborted).toBe(false);
    runs[1]?.fail(new GatewayError('SUBGRAPH_TIMEOUT', 'Too slow.'));
    await expect
      .poll(async () => {
        await ask();
        return runs.length;
      })
      .toBe(3);
    runs[2]?.end();
    await expect.poll(async () => (await ask()).data).toEqual({ top: 3 });
    expect(reports.map(({ status }) => status).filter((status) => status === 'miss')).toHaveLength(1);
  });

  it.each<[string, (running: Running | undefined) => void]>([
    ['the run fails', (running) => running?.fail(new GatewayError('REQUEST_TIMEOUT', 'Too slow.'))],
    [
      'a subgraph is gone',
      (running) => {
        const error = Object.assign(new Error('Gone.'), { extensions: { code: 'SUBGRAPH_UNREACHABLE' } });
        running?.end({ data: { top: null }, errors: [error as never] });
      },
    ],
  ])('is given as such when %s, for as long as that is allowed', async (_what, fail) => {
    const { ask, runs, clock, reports } = createSubject();
    const first = ask();
    runs[0]?.end();
    await first;
    clock.ms += 80_000;
    const second = ask();
    fail(runs[1]);
    expect((await second).extensions).toEqual({ degraded: [{ path: [], reason: 'stale' }] });
    expect(reports.at(-1)).toEqual({ status: 'stale', storable: undefined });
    clock.ms += 20_000;
    const third = ask();
    runs[2]?.fail(new GatewayError('SUBGRAPH_TIMEOUT', 'Too slow.'));
    await expect(third).rejects.toThrow('Too slow.');
  });

  it('is not given in the place of an error that is no loss', async () => {
    const { ask, runs, clock } = createSubject();
    const first = ask();
    runs[0]?.end();
    await first;
    clock.ms += 80_000;
    const second = ask();
    const error = Object.assign(new Error('No.'), { extensions: { code: 'NOT_FOUND' } });
    runs[1]?.end({ data: { top: null }, errors: [error as never] });
    expect((await second).errors).toHaveLength(1);
  });
});

it('is removed by the names of what is in it, also while it is made', async () => {
  const { ask, runs, store } = createSubject();
  const first = ask();
  await store.invalidate(['type:Product']);
  runs[0]?.end();
  await first;
  const second = ask();
  expect(runs).toHaveLength(2);
  runs[1]?.end();
  await second;
  expect((await ask()).data).toEqual({ top: 2 });
  await store.invalidate(['subgraph:products']);
  void ask();
  expect(runs).toHaveLength(3);
});
