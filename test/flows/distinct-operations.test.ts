import { expect, it } from 'vitest';
import { measureDistinct } from '../../bench/distinct/measure-distinct.ts';
import { createOverlock } from '../../bench/harness/contenders.ts';
import { type GatewayProcess, startGateway } from '../../bench/harness/gateway-process.ts';
import { memoryFlags } from '../../bench/harness/memory.ts';
import { withSubgraphs } from '../../bench/harness/with-subgraphs.ts';
import { compiled } from '../support/compiled.ts';

/** Caches that are full long before half of the operations were sent. */
const sections = {
  limits: { cachedOperations: 100 },
  cache: { response: { enabled: true }, entity: { enabled: true }, defaultMaxAge: '1m', memoryBytes: '1mb' },
};

const counts = [1_500, 3_000];

/** Two KB for each operation; what is kept of one takes tens. */
const growthMost = 3e6;

it('keeps nothing of operations that never come again', { timeout: 180_000 }, async () => {
  const memories = await withSubgraphs(async ({ supergraphFile }) => {
    const contender = createOverlock('distinct', sections, await compiled('gateway/main.js'));
    const gateway: GatewayProcess = await startGateway(contender, {
      supergraphFile,
      forwards: false,
      flags: memoryFlags,
      hasChannel: true,
    });
    try {
      return await measureDistinct(gateway, { counts, connections: 10 });
    } finally {
      await gateway.stop();
    }
  });
  const [half, whole] = memories;
  if (half === undefined || whole === undefined) throw new Error('Memory was not looked at.');
  const growth = {
    heap: whole.heapBytes - half.heapBytes,
    code: whole.codeBytes - half.codeBytes,
    external: whole.externalBytes - half.externalBytes,
  };
  expect(growth.heap).toBeLessThan(growthMost);
  expect(growth.code).toBeLessThan(growthMost);
  expect(growth.external).toBeLessThan(growthMost);
  expect([...whole.statuses.keys()].sort()).toEqual([200, 400]);
});
