import { beforeEach, describe, expect, it } from 'vitest';
import type { Canary } from '../../../gateway/canary/canary.ts';
import { Conductor } from '../../../gateway/canary/conductor.ts';
import { Figures } from '../../../gateway/canary/figures.ts';
import type { Side } from '../../../gateway/canary/meter.ts';
import { canarySection } from '../../../gateway/config/canary.ts';
import { MemoryRecordStore } from '../../../gateway/store/memory-record-store.ts';
import type { RecordStore } from '../../../gateway/store/record-store.ts';
import { RecordTable } from '../../../gateway/store/record-table.ts';
import { noTelemetry } from '../../../gateway/telemetry/no-telemetry.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

const minuteMs = 60_000;
/** How often gateways look. */
const lookMs = 5_000;
const me = { by: 'ada', reason: undefined };

let nowMs: number;
let records: MemoryRecordStore;
let changes: string[];
beforeEach(async () => {
  nowMs = Date.parse('2030-01-01T00:00:00Z');
  records = new MemoryRecordStore(new RecordTable(() => nowMs));
  await records.open();
  changes = [];
  return () => records.close();
});

function hire(gateway: string, section: object = {}, store: RecordStore = records) {
  const { log, lines } = createRecordingLogger();
  const config = canarySection.parse({ steps: ['10%', '100%'], ...section });
  const conductor = new Conductor({
    canaries: new Map([['products', config]]),
    records: store,
    telemetry: {
      ...noTelemetry,
      log,
      backendCanaryChanged: (subgraph, change) => changes.push(`${subgraph} ${change}`),
    },
    now: () => nowMs,
    gateway,
  });
  const call = (side: Side, count: number, { errors = 0, ms = 10 } = {}) => {
    const figures = new Figures();
    for (let index = 0; index < count; index++) figures.note(index >= errors, ms * (0.9 + (index % 10) / 50));
    conductor.add([{ subgraph: 'products', side, ...figures.read() }]);
  };
  const status = () => {
    const [{ canary, share, outlook } = { canary: undefined, share: undefined, outlook: undefined }] = conductor.list();
    return { state: canary?.state, share, verdict: outlook?.verdict };
  };
  return { conductor, call, status, lines };
}

const kept = () => records.all('canary').map(({ value }) => value as Canary);

/** As many looks as happen in a while. */
async function pass(ms: number, ...gateways: readonly { readonly conductor: Conductor }[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += lookMs) {
    nowMs += lookMs;
    for (const { conductor } of gateways) await conductor.look();
  }
}

describe('a canary', () => {
  it('goes from step to step as long as it is no worse, and gets all calls at the end', async () => {
    const one = hire('a');
    expect(one.status()).toEqual({ state: undefined, share: 0, verdict: undefined });
    await one.conductor.command('products', { what: 'start', ...me });
    expect(one.status()).toEqual({ state: 'running', share: 0.1, verdict: 'few' });
    one.call('baseline', 500);
    await pass(6 * minuteMs, one);
    expect(one.status()).toEqual({ state: 'running', share: 0.1, verdict: 'few' });
    one.call('canary', 60);
    one.call('baseline', 540);
    await pass(minuteMs, one);
    expect(one.status()).toEqual({ state: 'running', share: 1, verdict: 'few' });
    // The baseline has no calls any more: what it did before is what counts.
    one.call('canary', 600);
    await pass(3 * minuteMs, one);
    expect(one.status()).toEqual({ state: 'running', share: 1, verdict: 'fine' });
    await pass(2 * minuteMs, one);
    expect(one.status()).toEqual({ state: 'promoted', share: 1, verdict: undefined });
    expect(changes).toEqual(['products started', 'products stepped', 'products promoted']);
    expect(one.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info A canary of a subgraph was started.',
      'info A canary of a subgraph goes to more calls.',
      'info A canary of a subgraph was promoted.',
    ]);
    expect(kept()).toMatchObject([{ startedBy: 'ada', endedBy: 'overlock', figures: { canary: { count: 600 } } }]);
  });

  it.each([
    ['fails more often', { errors: 8 }, /^canary has more errors: 8 of 60 calls, stable 1 of 540\.$/],
    ['takes longer', { ms: 80 }, /^canary takes longer: 95 % are done in [\d.]+ ms, of stable in [\d.]+ ms\.$/],
  ])('is taken back at once when it %s', async (_name, bad, reason) => {
    const one = hire('a');
    await one.conductor.command('products', { what: 'start', ...me });
    await one.conductor.look();
    one.call('baseline', 540, { errors: 1 });
    one.call('canary', 60, bad);
    await one.conductor.look();
    expect(one.status()).toEqual({ state: 'rolledBack', share: 0, verdict: undefined });
    expect(kept()).toMatchObject([{ endedBy: 'overlock', reason: expect.stringMatching(reason) }]);
    expect(changes).toEqual(['products started', 'products rolled_back']);
    await pass(10 * minuteMs, one);
    expect(one.status().state).toBe('rolledBack');
  });

  it.each([
    ['nobody else is asked', {}, 0, 'running'],
    ['there is a greatest error rate', { maxErrorRate: '20%' }, 0, 'rolledBack'],
    ['the baseline is well', {}, 300, 'rolledBack'],
  ])('that all of its few calls fail at is judged when %s', async (_name, section, calls, state) => {
    const one = hire('a', section);
    await one.conductor.command('products', { what: 'start', ...me });
    await one.conductor.look();
    one.call('baseline', calls);
    one.call('canary', 12, { errors: 12 });
    await one.conductor.look();
    expect(one.status().state).toBe(state);
  });

  it('is not taken back for what may be chance, nor led on', async () => {
    const one = hire('a');
    await one.conductor.command('products', { what: 'start', ...me });
    await one.conductor.look();
    one.call('baseline', 540, { errors: 3 });
    one.call('canary', 60, { errors: 2 });
    await pass(10 * minuteMs, one);
    expect(one.status()).toEqual({ state: 'running', share: 0.1, verdict: 'doubtful' });
  });

  it.each([
    ['is taken back where most of its calls fail', 60, 'rolledBack', 'fine'],
    ['is waited with where some fail', 25, 'running', 'doubtful'],
  ])('that nothing was measured beside %s', async (_what, errors, state, verdict) => {
    const one = hire('a', { steps: ['100%'] });
    await one.conductor.command('products', { what: 'start', ...me });
    await one.conductor.look();
    one.call('canary', 60, { errors });
    await one.conductor.look();
    expect(one.status().state).toBe(state);
    if (state === 'running') expect(one.status().verdict).toBe(verdict);
  });

  it('is judged by what was long ago only where there is nothing newer', async () => {
    const one = hire('a', { steps: ['50%', '100%'], every: '1h' });
    await one.conductor.command('products', { what: 'start', ...me });
    await one.conductor.look();
    one.call('baseline', 5_000);
    one.call('canary', 5_000);
    await pass(20 * minuteMs, one);
    one.call('baseline', 100);
    one.call('canary', 100, { errors: 30 });
    await one.conductor.look();
    expect(one.status().state).toBe('rolledBack');
  });
});

describe('several gateways', () => {
  it('judge by what they have measured together, and one of them decides', async () => {
    const gateways = ['b', 'a', 'c'].map((name) => hire(name, { minimum: 60 }));
    const [first] = gateways;
    await first?.conductor.command('products', { what: 'start', ...me });
    await pass(minuteMs, ...gateways);
    for (const { call } of gateways) {
      call('baseline', 180);
      call('canary', 20);
    }
    await pass(5 * minuteMs, ...gateways);
    for (const { status } of gateways) expect(status()).toMatchObject({ state: 'running', share: 1 });
    expect(changes).toEqual(['products started', 'products stepped']);
    expect(kept()).toMatchObject([{ figures: { canary: { count: 60 }, baseline: { count: 540 } } }]);
    // Who is gone is waited for no longer than a few reports.
    const others = gateways.filter((_, index) => index !== 1);
    for (const { call } of others) call('canary', 40, { errors: 20 });
    await pass(2 * minuteMs, ...others);
    for (const { status } of gateways) expect(status().state).toBe('rolledBack');
    expect(records.all('canaryReport')).toEqual([]);
  });

  it('never decide over what somebody said meanwhile', async () => {
    let meanwhile = async () => {};
    const slow: RecordStore = {
      ...{ open: () => records.open(), all: (kind) => records.all(kind), close: () => {} },
      ...{ follow: (kind, listener) => records.follow(kind, listener), remove: (kind, id) => records.remove(kind, id) },
      put: (record) => records.put(record),
      async replace(former, next) {
        await meanwhile();
        return await records.replace(former, next);
      },
    };
    const [one, other] = [hire('a', {}, slow), hire('b')];
    await one.conductor.command('products', { what: 'start', ...me });
    await one.conductor.look();
    one.call('baseline', 540);
    one.call('canary', 60);
    meanwhile = async () => {
      meanwhile = async () => {};
      await other.conductor.command('products', { what: 'abort', by: 'bo', reason: 'Leaks.' });
    };
    await pass(6 * minuteMs, one);
    expect(kept()).toMatchObject([{ state: 'rolledBack', endedBy: 'bo', reason: 'Leaks.' }]);
    expect(changes).toEqual(['products started', 'products rolled_back']);
    // What an operator says is said over what is there by now.
    meanwhile = async () => {
      meanwhile = async () => {};
      await other.conductor.command('products', { what: 'promote', ...me });
    };
    await expect(one.conductor.command('products', { what: 'promote', ...me })).rejects.toThrow(
      'gets all calls already',
    );
  });
});

describe('an operator', () => {
  it('may promote and take back without any step, and start again', async () => {
    const { conductor, status } = hire('a');
    await conductor.command('products', { what: 'promote', ...me });
    expect(status()).toMatchObject({ state: 'promoted', share: 1 });
    await conductor.command('products', { what: 'abort', ...me });
    expect(status()).toMatchObject({ state: 'rolledBack', share: 0 });
    const [former] = kept();
    await conductor.command('products', { what: 'start', ...me });
    expect(status()).toMatchObject({ state: 'running', share: 0.1 });
    expect(kept()[0]?.run).not.toBe(former?.run);
  });

  it('is told what cannot be', async () => {
    const { conductor } = hire('a');
    const tell = (what: 'start' | 'promote' | 'abort', subgraph = 'products') =>
      conductor.command(subgraph, { what, ...me });
    await expect(tell('start', 'prodcts')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no canary for a subgraph "prodcts". Set traffic.subgraphs.prodcts.canary.',
    });
    await expect(tell('abort')).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('never'),
    });
    await tell('start');
    await expect(tell('start')).rejects.toThrow('runs already');
    await tell('abort');
    await expect(tell('abort')).rejects.toThrow('rolled back already');
    await tell('promote');
    await expect(tell('promote')).rejects.toThrow('gets all calls already');
  });

  it('finds a canary of other groups as if there had been none', async () => {
    await hire('a').conductor.command('products', { what: 'promote', ...me });
    expect(hire('a', { group: 'stable', baseline: 'canary' }).status()).toMatchObject({ state: undefined, share: 0 });
  });
});

it('says once that a store cannot be used, and goes on when it can', async () => {
  let isDown = false;
  const failing: RecordStore = {
    ...{ open: () => records.open(), all: (kind) => records.all(kind), close: () => {} },
    ...{ follow: (kind, listener) => records.follow(kind, listener), remove: (kind, id) => records.remove(kind, id) },
    replace: (former, next) => records.replace(former, next),
    async put(record) {
      if (isDown) throw new Error('The disk is full.');
      await records.put(record);
    },
  };
  const one = hire('a', {}, failing);
  await one.conductor.command('products', { what: 'start', ...me });
  isDown = true;
  await pass(3 * minuteMs, one);
  expect(one.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  isDown = false;
  one.call('baseline', 540);
  one.call('canary', 60);
  await pass(5 * minuteMs, one);
  expect(one.status()).toMatchObject({ share: 1 });
});
