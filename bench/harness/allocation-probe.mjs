// Preloaded into a gateway that is started with --expose-gc: tells its parent how much is allocated between two messages.
import { GCProfiler, getHeapStatistics } from 'node:v8';

let profiler;
let usedAtStart = 0;

process.on('message', (message) => {
  if (message === 'start') {
    globalThis.gc();
    profiler = new GCProfiler();
    profiler.start();
    usedAtStart = getHeapStatistics().used_heap_size;
    process.send('started');
  }
  if (message === 'stop') {
    let used = getHeapStatistics().used_heap_size;
    // Going back in time: what a collection freed was allocated before it.
    for (const { beforeGC, afterGC } of profiler.stop().statistics.reverse()) {
      used += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
    }
    process.send({ bytes: used - usedAtStart });
  }
});
// A gateway ends when it is told to, whoever listens.
process.channel?.unref();
