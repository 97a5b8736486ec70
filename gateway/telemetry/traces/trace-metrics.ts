import { Counter, type CounterSeries } from '../metrics/counter.ts';
import { createGauge } from '../metrics/gauge.ts';
import type { Metric } from '../metrics/metric.ts';
import type { KeepReason } from './tail.ts';
import type { DropReason } from './trace-budget.ts';

/** What is counted of traces. */
export interface TraceMetrics {
  readonly metrics: readonly Metric[];
  readonly decided: (reason: KeepReason | 'dropped') => void;
  readonly sent: (spans: number) => void;
  readonly dropped: (reason: DropReason, spans?: number) => void;
}

/** Counters, all at zero. */
export function createTraceMetrics(readQueued: () => number, readHeld: () => number): TraceMetrics {
  const traces = new Counter({
    name: 'overlock_traces_total',
    help: 'Requests by why their trace is kept: errors, slow, named, sampled (by ratio or by the caller), onDemand; dropped ones are not.',
    labels: ['decision'],
  });
  const sent = new Counter({
    name: 'overlock_trace_spans_sent_total',
    help: 'Spans that the collector has taken.',
    labels: [],
  });
  const dropped = new Counter({
    name: 'overlock_trace_spans_dropped_total',
    help: 'Spans that were lost: too many in one request (request), in too many requests at a time (requests), more than fits in memory (memory) or in the queue for the collector (queue), or not taken by the collector (export).',
    labels: ['reason'],
  });
  const queued = createGauge('overlock_trace_spans_queued', 'Spans that wait for the collector.', readQueued);
  const held = createGauge('overlock_traces_held', 'Requests whose spans are held until they end.', readHeld);
  const decisions: Partial<Record<KeepReason | 'dropped', CounterSeries>> = {};
  return {
    metrics: [traces, sent, dropped, queued, held],
    decided(reason) {
      decisions[reason] ??= traces.series(reason);
      decisions[reason].value += 1;
    },
    sent: (spans) => sent.add(spans),
    dropped: (reason, spans = 1) => dropped.add(spans, reason),
  };
}
