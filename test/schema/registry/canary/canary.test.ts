import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { durationBucketOf } from '../../../../schema/feed/duration-bucket.ts';
import { watchCanaries } from '../../../../schema/registry/canary/watch-canaries.ts';
import { Turns } from '../../../../schema/registry/turns.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';
import { sampleCount, sampleOperation } from '../../../support/registry-samples.ts';
import { users } from '../../../support/registry-schemas.ts';
import { openTestRegistry, type TestRegistry } from '../../../support/test-registry.ts';

const at = '/v1/graphs/shop/production';
const minuteMs = 60_000;
const me = sampleOperation('Me', ['Query.me']);
const wider = (field: string) => ({ ...users, sdl: users.sdl.replace('email: String', `email: String ${field}: Int`) });

describe('a canary', () => {
  let registry: TestRegistry;
  let reports = 0;
  beforeEach(async () => {
    registry = await openTestRegistry();
    await registry.ask(`PUT ${at}/subgraphs/users`, { body: users });
  });
  afterEach(() => registry[Symbol.asyncDispose]());

  const publish = (field: string, canary?: object) =>
    registry.ask(`PUT ${at}/subgraphs/users`, { body: { ...wider(field), canary, allowBreaking: true } });
  const start = (canary: object = {}) => publish('tried', { percent: 5, ...canary });
  const read = async (path: string) => (await registry.ask(`GET ${path}`)).body as Record<string, never>;
  const artifact = async () => {
    const { stable, canary } = (await read(`${at}/artifact`)) as Record<string, Record<string, unknown>>;
    return {
      stable: stable?.['version'],
      canary: canary && [canary['version'], canary['percent'], canary['reportMs']],
    };
  };
  /** Gateways tell of so many requests on each version. */
  const use = async (version: number, count: number, errors = 0) => {
    const counts = [sampleCount(me, { version, count, errors, durations: { [durationBucketOf(5)]: count } })];
    const body = { id: `report ${reports++}`, at: registry.clock.now, operations: [me], counts };
    expect((await registry.ask(`POST ${at}/usage`, { body })).status).toBe(202);
  };
  /** What the registry does by itself every other second. */
  const watch = async () => {
    const { store, clock } = registry;
    const never = () => Promise.reject(new Error('There is nothing to compose.'));
    const [read, plan] = [
      { deprecations: never, outline: never, lines: never },
      { touched: never, plan: never },
    ];
    const workshop = { compose: never, diff: never, ...read, ...plan };
    const { log } = createRecordingLogger();
    const parts = { store, workshop, turns: new Turns(), assertUrl: async () => {}, now: () => clock.now, log };
    await watchCanaries(parts, new AbortController().signal);
  };

  it('is a version of its own beside the stable one, which gateways are told of', async () => {
    const before = await registry.ask(`GET ${at}/artifact`);
    expect(await start({ reportMs: 700 })).toMatchObject({
      body: { version: 2, isNew: true, canary: { state: 'running', version: 2, stable: 1, steps: [5, 25, 50, 100] } },
    });
    expect(await artifact()).toEqual({ stable: 1, canary: [2, 5, 700] });
    const after = await registry.ask(`GET ${at}/artifact`);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(await read(`${at}/canary`)).toMatchObject({ percent: 5, verdict: 'few', requests: 0, figures: [] });
    expect(await read('/v1/audit?limit=1')).toMatchObject({
      items: [{ action: 'publish', details: { version: 2, canary: { percent: 5 } } }],
    });
  });

  it('keeps other changes away as long as it runs', async () => {
    await start();
    const refused = { status: 409, body: { code: 'CANARY_RUNNING', version: 2, percent: 5 } };
    expect(await publish('other')).toMatchObject(refused);
    expect(await publish('other', { percent: 1 })).toMatchObject(refused);
    expect(await registry.ask(`DELETE ${at}/subgraphs/users`)).toMatchObject(refused);
    expect(await artifact()).toMatchObject({ stable: 1 });
  });

  it('goes on from step to step when it did well for long enough, with enough requests, and is stable at the end', async () => {
    await start({ steps: [50, 100], stepMs: minuteMs, requestsLeast: 30 });
    const percents: unknown[] = [];
    for (const [count, waitMs] of [
      [29, 2 * minuteMs],
      [1, 0],
      [30, minuteMs / 2],
      [0, minuteMs / 2],
      [0, 20 * minuteMs],
      [40, 0],
    ] as const) {
      await use(1, 50);
      if (count > 0) await use(2, count);
      registry.clock.now += waitMs;
      await watch();
      const { state, percent } = await read(`${at}/canary`);
      percents.push(`${state} ${percent}`);
    }
    expect(percents).toEqual(['running 5', 'running 50', 'running 50', 'running 100', 'running 100', 'promoted 100']);
    expect(await artifact()).toEqual({ stable: 2, canary: undefined });
    expect(await read(`${at}/versions`)).toMatchObject({ items: [{ version: 2 }, { version: 1 }] });
    expect(await read(`${at}/canary`)).toMatchObject({
      endedBy: 'registry',
      figures: [{ name: 'Me', verdict: 'fine' }],
    });
    const { items } = (await read('/v1/audit?limit=3')) as unknown as { items: readonly { readonly action: string }[] };
    expect(items.map(({ action }) => action)).toEqual(['canary.promote', 'canary.step', 'canary.step']);
    expect(await publish('later')).toMatchObject({ body: { version: 3 } });
  });

  it('is taken back at once when it does badly, with its figures and the reason in the log', async () => {
    await start();
    await use(1, 300);
    await use(2, 15, 12);
    await watch();
    expect(await artifact()).toEqual({ stable: 3, canary: undefined });
    const reason = 'Me has more errors: 12 of 15 answers on version 2, 0 of 300 on version 1.';
    expect(await read(`${at}/canary`)).toMatchObject({ state: 'rolledBack', version: 2, reason });
    expect(await read('/v1/audit?limit=1')).toMatchObject({
      items: [{ action: 'canary.rollback', details: { newVersion: 3, reason, figures: [{ canary: { errors: 12 } }] } }],
    });
    const [first, third] = await Promise.all([read(`${at}/versions/1`), read(`${at}/versions/3`)]);
    expect(third).toMatchObject({ cause: { kind: 'rollback', to: 1 }, fingerprint: first['fingerprint'] });
    expect(third).toMatchObject({ commit: { author: { name: 'registry' }, message: reason } });
    await watch();
    expect(await artifact()).toMatchObject({ stable: 3 });
  });

  it.each([
    ['promote', 'promoted', 2],
    ['abort', 'rolledBack', 3],
  ])('can be ended by hand: %s', async (how, state, stable) => {
    await start();
    const path = `${at}/canary/${how}`;
    const others = await registry.createToken({ role: 'publisher', teams: ['others'] });
    expect(await registry.ask(`POST ${path}`, { body: {}, token: others })).toMatchObject({ status: 403 });
    const ended = await registry.ask(`POST ${path}`, { body: { message: 'Enough.' } });
    expect(ended).toMatchObject({
      status: 200,
      body: { state, reason: 'Enough.', endedBy: expect.stringMatching(/ADMIN/) },
    });
    expect(await artifact()).toEqual({ stable, canary: undefined });
    expect(await registry.ask(`POST ${path}`, { body: {} })).toMatchObject({
      status: 404,
      body: { code: 'NO_CANARY' },
    });
  });

  it('is held for worse by the rules of its variant', async () => {
    const body = { canary: { errorMargin: 0.9, certainty: 0 } };
    expect(await registry.ask(`PUT ${at}/settings`, { body })).toMatchObject({
      body: { settings: { canary: { ...body.canary, slowRatio: 1.5 } } },
    });
    await start();
    await use(1, 200);
    await use(2, 200, 150);
    await watch();
    expect(await read(`${at}/canary`)).toMatchObject({ state: 'running', verdict: 'fine' });
    await registry.ask(`PUT ${at}/settings`, { body: { canary: { errorMargin: 0.7 } } });
    await watch();
    expect(await read(`${at}/canary`)).toMatchObject({ state: 'rolledBack' });
  });

  it('is not what checks compare with: it may be taken back', async () => {
    await start();
    const check = (field: string) => registry.ask(`POST ${at}/subgraphs/users/check`, { body: wider(field) });
    expect(await check('other')).toMatchObject({
      body: { base: 1, verdict: 'passed', changes: [{ code: 'FIELD_ADDED' }] },
    });
  });

  it('ends when somebody goes back to an old version', async () => {
    await publish('second');
    await start();
    expect(await registry.ask(`POST ${at}/rollback`, { body: { to: 1 } })).toMatchObject({ body: { version: 4 } });
    expect(await read(`${at}/canary`)).toMatchObject({ state: 'rolledBack', reason: 'Version 1 was brought back.' });
    expect(await artifact()).toEqual({ stable: 4, canary: undefined });
  });

  it('can come from another variant, and reaches contracts only once it is stable', async () => {
    const staging = '/v1/graphs/shop/staging';
    await registry.ask(`PUT ${staging}/subgraphs/users`, { body: wider('staged') });
    const contract = { contract: { source: 'production' } };
    await registry.ask('PUT /v1/graphs/shop/partners/settings', { body: contract });
    const body = { from: 'staging', canary: { percent: 10 } };
    expect(await registry.ask(`POST ${at}/promote`, { body })).toMatchObject({
      body: { version: 2, canary: { percent: 10 }, contracts: [] },
    });
    const partners = '/v1/graphs/shop/partners/versions';
    await registry.ask('PUT /v1/graphs/shop/partners/settings', { body: contract });
    expect(await read(partners)).toMatchObject({ items: [{ cause: { version: 1 } }, { cause: { version: 1 } }] });
    await registry.ask(`POST ${at}/canary/promote`, { body: {} });
    expect(await read(partners)).toMatchObject({ items: [{ version: 3, cause: { version: 2 } }, {}, {}] });
  });

  it.each([
    ['a first version', '/v1/graphs/new/production', { percent: 5 }, /Publish without a canary/],
    ['no share', at, { percent: 0 }, /percent/],
    ['steps that shrink', at, { percent: 5, steps: [50, 25] }, /steps/],
    ['an unknown member', at, { percent: 5, step: 7 }, /step/],
  ])('is refused for %s', async (_name, path, canary, message) => {
    const answer = await registry.ask(`PUT ${path}/subgraphs/users`, { body: { ...wider('x'), canary } });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'BAD_REQUEST', detail: expect.stringMatching(message) },
    });
    expect(await registry.ask(`GET ${at}/canary`)).toMatchObject({ status: 404, body: { code: 'NO_CANARY' } });
  });
});
