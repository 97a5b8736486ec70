import { monitorEventLoopDelay } from 'node:perf_hooks';
import { cpuUsage, memoryUsage } from 'node:process';
import { createGauge } from './gauge.ts';
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
        'nodejs_eventloop_lag_p99_seconds',
        'Delay of the event loop that 1% of its turns exceeded since the last reading.',
        lagSeconds,
      ),
    ],
    stop: () => delay.disable(),
  };
}
