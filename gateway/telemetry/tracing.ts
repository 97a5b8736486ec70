import type { Resource } from '@opentelemetry/resources';
import type { TracesConfig } from '../config/traces.ts';
import type { Metric } from './metrics/metric.ts';
import type { RequestFacts, RequestUnderWay, Telemetry } from './telemetry.ts';
import { createSpanSender } from './traces/create-span-sender.ts';
import { createOnDemand } from './traces/on-demand.ts';
import { createPropagation } from './traces/propagation.ts';
import { readSpans } from './traces/read-spans.ts';
import { RecordedTrace, type TraceSetup } from './traces/recorded-trace.ts';
import type { RequestTrace } from './traces/span.ts';
import { SpanQueue } from './traces/span-queue.ts';
import { createTail } from './traces/tail.ts';
import { toReadableSpans } from './traces/to-readable-spans.ts';
import { TraceBudget } from './traces/trace-budget.ts';
import { createIsInShare } from './traces/trace-ids.ts';
import { createTraceMetrics } from './traces/trace-metrics.ts';

export interface TracingOptions {
  readonly config: TracesConfig;
  readonly resource: Resource;
  readonly traffic: Telemetry['traffic'];
  readonly onTrouble: (reason: string) => void;
}

/** The part of telemetry that makes traces. */
export interface Tracing {
  readonly metrics: readonly Metric[];
  /** `startMs` is when the request began, by `performance.now()`. */
  readonly begin: (request: RequestUnderWay, startMs: number) => RequestTrace;
  readonly fetchBegan: Telemetry['fetchBegan'];
  /** Decides what becomes of the trace of a request, now that it is known how that ended. */
  readonly requestEnded: (facts: RequestFacts) => void;
  /** Sends a trace if it is kept, and forgets it; `error` is what its request failed with. */
  readonly end: (trace: RequestTrace, error?: unknown) => void;
  /** Sends what waits and stops. */
  readonly shutdown: () => Promise<void>;
}

/** Holds the spans of each request until it ends, and sends those of requests that are worth it: of a hundred, ninety-nine are forgotten. */
export async function createTracing({ config, resource, traffic, onTrouble }: TracingOptions): Promise<Tracing> {
  const metrics = createTraceMetrics(
    () => queue.length,
    () => budget.requests,
  );
  const { sent: onSent, dropped: onDropped, decided } = metrics;
  const sender = await createSpanSender(config);
  const queue = new SpanQueue({
    sender,
    most: config.queue,
    onSent,
    onDropped,
    onTrouble: ({ message }) => onTrouble(message),
  });
  const budget: TraceBudget = new TraceBudget(config, onDropped);
  const isInShare = createIsInShare(config.sample);
  const setup: TraceSetup = {
    propagation: createPropagation(config.propagation),
    budget,
    isOnDemand: createOnDemand(config.onDemand, Date.now),
    isSampled: (traceId, { span }) =>
      span !== undefined && config.callers ? (span.traceFlags & 1) === 1 : isInShare(traceId),
    variables: config.variables,
  };
  const tail = createTail(config, traffic);
  const keepsErrors = config.keep.includes('errors');

  return {
    metrics: metrics.metrics,
    begin: (request, startMs) => new RecordedTrace(setup, request, startMs),
    fetchBegan: (subgraph, kind, parent) =>
      parent?.begin(`fetch ${subgraph}`, 'client', { 'peer.service': subgraph, 'graphql.operation.type': kind }),
    requestEnded(facts) {
      const trace = facts.request?.client.trace;
      if (!(trace instanceof RecordedTrace)) return;
      trace.keepReason ??= tail(facts);
      if (trace.isKept) trace.facts = facts;
    },
    end(trace, error) {
      if (!(trace instanceof RecordedTrace)) return;
      if (error !== undefined && keepsErrors) trace.keepReason ??= 'errors';
      decided(trace.keepReason ?? 'dropped');
      if (trace.isKept) {
        trace.end(error);
        const spans = readSpans(trace);
        const most = config.spansPerRequest;
        if (spans.length > most) onDropped('request', spans.length - most);
        queue.add(toReadableSpans({ trace, spans: spans.slice(0, most), resource }));
      }
      trace.close();
    },
    shutdown: () => queue.close(),
  };
}
