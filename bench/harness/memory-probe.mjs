// Preloaded into a gateway that is started with --expose-gc: tells its parent what is left after collecting garbage.
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';

process.on('message', async (message) => {
  if (message !== 'memory') return;
  // What finished requests hold, and code that nothing refers to, is let go over several turns and collections.
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc();
    await delay(50);
  }
  const code = getHeapSpaceStatistics().filter(({ space_name: name }) => name.includes('code'));
  const codeBytes = code.reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ heapBytes: heapUsed, externalBytes: external, codeBytes, residentBytes: rss });
});
// A gateway ends when it is told to, whoever listens.
process.channel?.unref();
