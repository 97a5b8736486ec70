import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Anomalies } from '../../../gateway/anomalies/anomalies.ts';
import { mergeSteps } from '../../../gateway/anomalies/merge-steps.ts';
import { stepMs } from '../../../gateway/anomalies/step.ts';
import { StepTally } from '../../../gateway/anomalies/step-tally.ts';
import { anomaliesSection } from '../../../gateway/config/anomalies.ts';
import { blockIdOf } from '../../../gateway/policy/blocks/block.ts';
import { MemoryRecordStore } from '../../../gateway/store/memory-record-store.ts';
import { RecordTable } from '../../../gateway/store/record-table.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { toRequestFacts } from '../../support/request-facts.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const dayMs = 86_400_000;
let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await createTemporaryFolder();
});
afterAll(() => folder.remove());

async function start(section: Readonly<Record<string, unknown>>, nowMs = dayMs * 4) {
  const clock = { now: nowMs };
  const tally = new StepTally();
  const store = new MemoryRecordStore(new RecordTable(() => clock.now));
  await store.open();
  const { log, lines } = createRecordingLogger();
  const alerts: string[] = [];
  const found: string[] = [];
  let forecast = (): number | undefined => undefined;
  const anomalies = new Anomalies({
    takeStep: async (atMs) => tally.take(atMs),
    telemetry: {
      log,
      audit: () => {},
      anomalyFound: (kind) => found.push(kind),
      watchForecast: (read) => {
        forecast = read;
      },
    },
    raise: ({ name, summary }) => alerts.push(`${name}: ${summary}`),
    records: () => store,
    now: () => clock.now,
  });
  await anomalies.use(anomaliesSection.parse({ enabled: true, ...section }));
  const ask = (count: number, client = 'web') => {
    const facts = toRequestFacts({ client: { name: client, version: undefined } });
    for (let index = 0; index < count; index += 1) tally.add(facts);
  };
  const pass = async (steps: number, count: number) => {
    for (let step = 0; step < steps; step += 1) {
      ask(count);
      clock.now += stepMs;
      await anomalies.look();
    }
  };
  return { anomalies, ask, pass, store, lines, alerts, found, clock, forecast: () => forecast() };
}

describe('what is done about anomalies', () => {
  it('is logged and told as an alert, and learned over a restart', { timeout: 30_000 }, async () => {
    const file = `${folder.path}/deep/baselines.json`;
    const before = await start({ file });
    await before.pass((4 * dayMs) / stepMs, 20);
    expect(before.found).toEqual([]);
    await before.anomalies.close();
    expect((await readFile(file, 'utf8')).length).toBeLessThan(100_000);

    const after = await start({ file }, before.clock.now);
    await after.pass(1, 500);
    expect(after.alerts).toEqual([
      'anomaly-surge: 500 requests of all clients together in five minutes, where 20 are usual at this time of the week.',
      'anomaly-surge: 500 requests of the operation "Shop" in five minutes, where 20 are usual at this time of the week.',
      'anomaly-surge: 500 requests of the client "web" in five minutes, where 20 are usual at this time of the week.',
    ]);
    expect(after.lines.filter(({ message }) => message === 'Something is unusual.').length).toBe(3);
    expect(after.forecast()).toBeGreaterThan(0);
    const known = { atMs: after.clock.now, kind: 'surge', value: 500, usual: 20, score: expect.any(Number) };
    expect(after.anomalies.list()).toEqual({
      isOn: true,
      actions: ['log', 'alert'],
      forecast: after.forecast(),
      found: [
        { ...known, of: 'client', name: 'web', summary: expect.stringContaining('the client "web"') },
        { ...known, of: 'operation', name: 'Shop', summary: expect.stringContaining('the operation "Shop"') },
        { ...known, of: 'all', name: '', summary: expect.stringContaining('all clients together') },
      ],
    });
    expect(after.store.all('block')).toEqual([]);
    await after.anomalies.close();
  });

  it.each([
    ['tighten', { what: 'client', name: 'web', share: 0.92, setBy: 'anomalies' }],
    ['block', { what: 'client', name: 'web', setBy: 'anomalies' }],
  ])('holds a client back for a time where that is asked for: %s', { timeout: 30_000 }, async (action, block) => {
    const { anomalies, pass, store, clock } = await start({ file: false, actions: [action], for: '10m' });
    await pass((4 * dayMs) / stepMs, 20);
    await pass(1, 500);
    expect(store.all('block')).toEqual([
      expect.objectContaining({ value: expect.objectContaining(block), expiresAtMs: clock.now + 600_000 }),
    ]);
    await anomalies.close();
  });

  it('leaves what an operator has blocked as it is', { timeout: 30_000 }, async () => {
    const { anomalies, pass, store } = await start({ file: false, actions: ['block'] });
    await pass((4 * dayMs) / stepMs, 20);
    const value = { what: 'client', name: 'web', reason: 'Mine', setBy: 'ada', setAt: '2026-01-01T00:00:00Z' };
    const record = {
      kind: 'block',
      id: blockIdOf({ what: 'client', name: 'web' }),
      value,
      expiresAtMs: undefined,
    } as const;
    await store.put(record);
    await pass(1, 500);
    expect(store.all('block')).toEqual([record]);
    await anomalies.close();
  });

  it('begins anew when what was kept cannot be read', async () => {
    const file = await folder.write('broken.json', '{"version":1,"baselines":[[1]]}');
    const { anomalies, lines } = await start({ file });
    expect(lines.map(({ message }) => message)).toEqual([
      'What was learned of usual traffic cannot be read: it is learned anew.',
    ]);
    await anomalies.close();
  });
});

describe('the tally of a step', () => {
  it('tells clients, operations and askers apart, bounded, and is joined with those of other processes', () => {
    const tallies = [new StepTally(), new StepTally()];
    for (const [index, tally] of tallies.entries()) {
      tally.add(toRequestFacts({ identity: { kind: 'jwt', key: 'jwt:ada', subject: 'ada', tier: undefined } }));
      tally.add(toRequestFacts({ errorCodes: ['UNAUTHENTICATED'], operationHash: undefined, identity: undefined }));
      for (let number = 0; number < 6_000; number += 1) {
        const key = `jwt:${index}-${number}`;
        const identity = { kind: 'jwt', key, subject: key, tier: undefined };
        const name = `n${number}`;
        tally.add(toRequestFacts({ identity, operationName: name, client: { name, version: undefined } }));
      }
    }
    const step = mergeSteps(
      tallies.map((tally) => tally.take(7)),
      7,
    );
    expect(step.total).toEqual({ requests: 12_004, errors: 2, refused: 2 });
    expect(step.operations['Shop']).toEqual({ requests: 2, errors: 0 });
    expect(step.askers['jwt:ada']).toEqual({
      requests: 2,
      refused: 0,
      operation: 'Shop',
      ofOperation: 2,
      subject: 'ada',
    });
    expect(Object.keys(step.operations).length).toBe(301);
    expect(Object.keys(step.clients).length).toBe(201);
    expect(Object.keys(step.askers).length).toBe(9_999);
    expect(tallies[0]?.take(8).total.requests).toBe(0);
  });
});
