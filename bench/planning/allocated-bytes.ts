import { GCProfiler, getHeapStatistics } from 'node:v8';

/** Bytes that are allocated on the JavaScript heap meanwhile. */
export function allocatedBytes(run: () => void): number {
  const profiler = new GCProfiler();
  profiler.start();
  const before = getHeapStatistics().used_heap_size;
  run();
  let used = getHeapStatistics().used_heap_size;
  // What a collection freed was allocated before it.
  for (const { beforeGC, afterGC } of profiler.stop()?.statistics ?? []) {
    used += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
  }
  return used - before;
}
