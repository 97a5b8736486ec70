import { buildSchema, getOperationAST, parse } from 'graphql';
import { expect, it, vi } from 'vitest';
import { registrySection } from '../../../gateway/config/registry.ts';
import { Meter } from '../../../gateway/usage/meter.ts';
import { Usage } from '../../../gateway/usage/usage.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

it('tells more often while that is asked for, and never less often than configured', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const config = registrySection.shape.usage.parse({ every: '10s' });
    if (config === false) throw new Error('is off');
    const document = parse('{ a }');
    const definition = getOperationAST(document);
    if (!definition) throw new Error('no operation');
    let told = 0;
    const usage = new Usage({
      config,
      client: {
        tellUsage: async () => {
          told += 1;
          return [];
        },
        close: async () => {},
      },
      telemetry: { log: createRecordingLogger().log, usageTold: () => {}, usageDropped: () => {} },
      meter: new Meter(() => 0),
      now: () => 0,
      random: () => 1 / 2,
    });
    const uses = usage.of(buildSchema('type Query { a: Int }'), 1);
    const operation = { kind: 'query', name: undefined, hash: 'a', document, definition, introspects: false } as const;
    const useFor = async (ms: number) => {
      const before = told;
      uses.note(
        { ...operation, introspectionOnly: false },
        { client: { name: 'web', version: '1' }, hasErrors: false, durationMs: 1, variables: undefined },
      );
      vi.advanceTimersByTime(ms);
      await vi.waitFor(() => expect(told).toBe(before + 1), { timeout: 1_000, interval: 5 });
    };
    usage.tellEvery(2_000);
    await useFor(2_000);
    usage.tellEvery(60_000);
    await useFor(10_000);
    usage.tellEvery(500);
    await useFor(500);
    usage.tellEvery();
    await useFor(10_000);
    await usage.close();
    usage.tellEvery(1);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
