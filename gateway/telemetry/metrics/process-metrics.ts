import {
  constants,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { cpuUsage, memoryUsage } from 'node:process';
import { getHeapStatistics } from 'node:v8';
import { pauseBounds } from './bounds.ts';
import { createGauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import type { Metric } from './metric.ts';

const samplingMs = 20;

/** What the process itself uses, and how long its event loop makes everybody wait. */
export interface ProcessMetrics {
  readonly metrics: readonly Metric[];
  readonly stop: () => void;
}

/** Starts to watch the event loop; nothing else costs anything until it is read. */
export function createProcessMetrics(): ProcessMetrics {
  const startedSeconds = Date.now() / 1_000;
  const delay = monitorEventLoopDelay({ resolution: samplingMs });
  delay.enable();
  const { pauses, stop: stopPauses } = watchPauses();
  const cpuSeconds = () => {
    const { user, system } = cpuUsage();
    return (user + system) / 1e6;
  };
  const lagSeconds = () => {
    // What Node measures is the time from one sample to the next, which is the interval when nothing is late.
    const lateMs = Math.max(0, delay.percentile(99) / 1e6 - samplingMs);
    delay.reset();
    return lateMs / 1_000;
  };
  return {
    metrics: [
      {
        kind: 'counter',
        name: 'process_cpu_seconds_total',
        help: 'CPU time used, of user and system.',
        labels: [],
        read: () => [{ values: [], value: cpuSeconds() }],
      },
      createGauge(
        'process_start_time_seconds',
        'When the gateway started, in seconds since 1970.',
        () => startedSeconds,
      ),
      createGauge('process_resident_memory_bytes', 'Memory in use.', () => memoryUsage.rss()),
      createGauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => memoryUsage().heapUsed),
      createGauge('nodejs_heap_size_total_bytes', 'JavaScript heap allocated.', () => memoryUsage().heapTotal),
      createGauge(
        'nodejs_heap_size_limit_bytes',
        'JavaScript heap that the process may have before it ends.',
        () => getHeapStatistics().heap_size_limit,
      ),
      createGauge(
        'nodejs_external_memory_bytes',
        'Memory of buffers, outside of the heap.',
        () => memoryUsage().external,
      ),
      createGauge(
        'nodejs_eventloop_utilization',
        'Share of the time since the last reading in which the event loop was busy.',
        watchUtilization(),
      ),
      pauses,
      createGauge(
        'nodejs_eventloop_lag_p99_seconds',
        'Delay of the event loop that 1% of its turns exceeded since the last reading.',
        lagSeconds,
      ),
    ],
    stop() {
      delay.disable();
      stopPauses();
    },
  };
}

/** Gives which share of the time since the last reading the event loop was busy. */
function watchUtilization(): () => number {
  let former = performance.eventLoopUtilization();
  return () => {
    const latest = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(latest, former);
    former = latest;
    return utilization;
  };
}

const kindsOfPause: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weak_callbacks'],
]);

/** Measures the pauses in which memory is freed. */
function watchPauses() {
  const pauses = new Histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Pauses in which memory was freed.',
    labels: ['kind'],
    bounds: pauseBounds,
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) pauses.observe(entry.duration / 1_000, kindOf(entry));
  });
  observer.observe({ entryTypes: ['gc'] });
  return { pauses, stop: () => observer.disconnect() };
}

function kindOf(entry: PerformanceEntry): string {
  const detail = 'detail' in entry ? entry.detail : undefined;
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined;
  return kindsOfPause.get(kind) ?? 'other';
}
