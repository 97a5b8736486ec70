import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { GroupSender } from '../../../gateway/usage/group-sender.ts';
import type { UsageGroup } from '../../../schema/feed/usage-group.ts';
import type { UsageReport } from '../../../schema/feed/usage-report.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

function groupsOf(count: number, prefix = 'c'): readonly UsageGroup[] {
  return Array.from({ length: count }, (_, index) => {
    return {
      by: 'client',
      name: `${prefix}${index}`,
      requests: 1,
      errors: 0,
      cost: 0,
      bytes: 0,
      quota: 0,
      durations: {},
    };
  });
}

function createSender() {
  const registry = { isUp: true, reports: [] as UsageReport[], tries: 0 };
  let dropped = 0;
  const sender = new GroupSender({
    client: {
      async tellUsage(body) {
        registry.tries += 1;
        if (!registry.isUp) throw new Error('is down');
        registry.reports.push(JSON.parse(gunzipSync(body).toString()));
        return [];
      },
    },
    telemetry: {
      log: createRecordingLogger().log,
      usageTold: () => {},
      usageDropped: (count) => {
        dropped += count;
      },
    },
    now: () => 0,
  });
  const send = (groups: readonly UsageGroup[], sinceMs = 0) =>
    sender.send({ sinceMs, untilMs: sinceMs + 60_000, groups }, 1_000);
  return { registry, send, dropped: () => dropped };
}

it('sends what a registry that was down has missed, each minute as its own and under one id', async () => {
  const { registry, send, dropped } = createSender();
  registry.isUp = false;
  await send(groupsOf(1, 'a'));
  await send(groupsOf(1, 'b'), 60_000);
  expect(registry.tries).toBe(2);
  registry.isUp = true;
  await send(groupsOf(1, 'c'), 120_000);
  await send([], 180_000);
  expect(registry.reports.map(({ at, format, groups }) => [at, format, groups?.[0]?.name])).toEqual([
    [30_000, 2, 'a0'],
    [90_000, 2, 'b0'],
    [150_000, 2, 'c0'],
  ]);
  expect(new Set(registry.reports.map(({ id }) => id)).size).toBe(3);
  expect(dropped()).toBe(0);
});

it('splits what is much, and gives up what is oldest when too much waits', async () => {
  const { registry, send, dropped } = createSender();
  registry.isUp = false;
  await send(groupsOf(30_000, 'old'));
  await send(groupsOf(30_000, 'new'));
  expect(dropped()).toBe(10_000);
  registry.isUp = true;
  await send([]);
  expect(registry.reports.length).toBe(50);
  expect(registry.reports.flatMap(({ groups = [] }) => groups).length).toBe(50_000);
});
