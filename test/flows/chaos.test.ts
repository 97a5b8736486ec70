import { availableParallelism, loadavg } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chaosCases } from '../../bench/chaos/cases.ts';
import { type Course, endure } from '../../bench/chaos/endure.ts';
import { judgeCounts, judgeLatency } from '../../bench/chaos/judge.ts';
import { endureRedisLoss } from '../../bench/chaos/redis-loss.ts';
import { type ChaosReport, steadyP99Of } from '../../bench/chaos/report.ts';
import { openStage, type Stage } from '../../bench/chaos/stage.ts';
import { warmUp } from '../../bench/chaos/warm-up.ts';
import { compiled } from '../support/compiled.ts';
import { describeWithRedis } from '../support/redis.ts';

const course: Course = { usualSeconds: 1.5, troubleSeconds: 1.5, wellSeconds: 0.75, slowestOf: steadyP99Of };
/** A turn that the scheduler gives to a process, which each of three that take part in an answer may have to wait for. */
const turnMs = 5;
/** The first requests that ask a Redis which is gone wait for it. */
const redisWaitMs = 60;
/** What is let through in two seconds to see whether a backend is well. */
const probesMost = 6;
/** A machine that takes that long without any trouble cannot carry the load, and its latencies say nothing. */
const usualMostMs = 250;
/** What is slow so often in a row is so for another reason than that the machine was busy. */
const attemptsMost = 3;

const main = await compiled('gateway/main.js');

/** Runs a case until it is quiet enough to tell how long others wait; what can be counted must be right each time. */
async function check<Report extends ChaosReport>(run: () => Promise<Report>, waitMs = 0): Promise<Report> {
  for (let attempt = 1; ; attempt++) {
    const report = await run();
    expect(judgeCounts(report)).toEqual([]);
    const turns = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
    const slow = report.latencies.usualMs > usualMostMs ? [] : judgeLatency(report, waitMs + 3 * turnMs * turns);
    if (slow.length === 0) return report;
    expect(attempt, slow.join()).toBeLessThan(attemptsMost);
  }
}

describe('under constant load, with everything as by default, a backend', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chaosCases, main);
    await warmUp(stage, chaosCases);
  }, 60_000);
  afterAll(() => stage.close());

  it.each(chaosCases)(
    'harms nobody else, is spared while it is in trouble, and is soon asked again: $title',
    { timeout: 90_000 },
    async (chaosCase) => {
      const report = await check(() => endure(stage, chaosCase, course));
      expect(report.affected > 0).toBe(!chaosCase.unnoticed);
      expect(report.waiting).toBeLessThanOrEqual(probesMost);
    },
  );
});

describeWithRedis('under constant load', () => {
  it('two gateways that lose their Redis fail nobody, still limit, and soon do so exactly', {
    timeout: 90_000,
  }, async () => {
    const report = await check(() => endureRedisLoss(main, course), redisWaitMs);
    // Each of them counts alone, and what Redis had counted is new to them.
    expect(report.passedAlone).toBeGreaterThanOrEqual(7);
    expect(report.passedAlone).toBeLessThanOrEqual(14);
  });
});
