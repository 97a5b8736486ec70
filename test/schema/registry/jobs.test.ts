import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { catchUpContracts } from '../../../schema/registry/catch-up-contracts.ts';
import { Jobs } from '../../../schema/registry/jobs.ts';
import type { Registry } from '../../../schema/registry/registry.ts';
import { Turns } from '../../../schema/registry/turns.ts';
import { createWorker } from '../../../schema/registry/work/worker.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { users } from '../../support/registry-schemas.ts';
import { openTestRegistry } from '../../support/test-registry.ts';

describe('jobs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const alone = {
    withLease: async (_name: string, work: (signal: AbortSignal) => Promise<void>) => {
      await work(new AbortController().signal);
      return true;
    },
  };

  it('run now, again and again, and once more when they are wanted while they run', async () => {
    const { log, lines } = createRecordingLogger();
    const jobs = new Jobs(alone, log);
    let finish = () => {};
    let runs = 0;
    const work = () =>
      new Promise<void>((resolve) => {
        runs++;
        finish = resolve;
      });
    jobs.start({ name: 'sweep', everyMs: 1_000, work });
    for (let time = 0; time < 3; time++) jobs.run('sweep');
    expect(runs).toBe(1);
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(runs).toBe(2);
    finish();
    await vi.advanceTimersByTimeAsync(999);
    expect(runs).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toBe(3);
    finish();
    await jobs.close();
    await vi.advanceTimersByTimeAsync(10_000);
    jobs.run('sweep');
    expect({ runs, lines }).toEqual({ runs: 3, lines: [] });
  });

  it('go on after one has failed', async () => {
    const { log, lines } = createRecordingLogger();
    const jobs = new Jobs(alone, log);
    jobs.start({ name: 'sweep', everyMs: 1_000, work: async () => Promise.reject(new Error('No.')) });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(lines.map(({ level, fields }) => [level, fields['job']])).toEqual([
      ['warn', 'sweep'],
      ['warn', 'sweep'],
    ]);
    await jobs.close();
  });
});

describe('catching up', () => {
  it('derives contracts that who published did not come to, each once', async () => {
    await using test = await openTestRegistry();
    const { store, clock } = test;
    const { log } = createRecordingLogger();
    const worker = createWorker();
    const compose = vi.fn(async (task: Parameters<typeof worker.compose>[0]) => worker.compose(task));
    const workshop = { compose } as Partial<Registry['workshop']> as Registry['workshop'];
    const registry: Registry = {
      store,
      workshop,
      turns: new Turns(),
      assertUrl: async () => {},
      now: () => clock.now,
      log,
    };
    await test.ask('PUT /v1/graphs/shop/public/settings', { body: { contract: { source: 'production' } } });
    await test.ask('PUT /v1/graphs/shop/production/subgraphs/users', { body: users });
    const production = { graph: 'shop', variant: 'production' };
    const latest = await store.readVersion(production);
    if (latest === undefined) throw new Error('Nothing was published.');
    const audit = { at: 0, author: latest.commit.author, action: 'publish', ref: production, details: {} };
    await store.commit({ ...latest, version: 2 }, { audit });

    const known = new Map<string, number>();
    const { signal } = new AbortController();
    for (let time = 0; time < 2; time++) await catchUpContracts(registry, known, signal);
    expect(compose).toHaveBeenCalledTimes(1);
    expect(await test.ask('GET /v1/graphs/shop/public')).toMatchObject({
      body: { version: 2, latest: { cause: { kind: 'contract', version: 2 } } },
    });
  });
});
