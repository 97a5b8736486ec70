import type { Resource } from '@opentelemetry/resources';
import type { TracesConfig } from '../config/traces.ts';
import type { Metric } from './metrics/metric.ts';
import type { RequestFacts, RequestUnderWay, Telemetry } from './telemetry.ts';
import { createSpanSender } from './traces/create-span-sender.ts';
import { createOnDemand } from './traces/on-demand.ts';
import { type Caller, createPropagation } from './traces/propagation.ts';
import { RecordedTrace } from './traces/recorded-trace.ts';
import type { SpanAttributes } from './traces/span.ts';
import { SpanQueue } from './traces/span-queue.ts';
import { createTail, type KeepReason } from './traces/tail.ts';
import { toReadableSpans } from './traces/to-readable-spans.ts';
import { TraceBudget } from './traces/trace-budget.ts';
import { isInShare } from './traces/trace-ids.ts';
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
  readonly begin: (request: RequestUnderWay) => RecordedTrace;
  /** Decides what becomes of the trace of a request, now that it is known how that ended. */
  readonly requestEnded: (facts: RequestFacts) => void;
  /** Sends a trace if it is kept, and forgets it. */
  readonly end: (trace: RecordedTrace, error?: unknown) => void;
  /** Sends what waits and stops. */
  readonly shutdown: () => Promise<void>;
}

/**
 * Holds the spans of each request until it ends, and sends those of requests that are worth it. They are plain values until then: of a
 * hundred requests ninety-nine are forgotten.
 */
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
  const propagation = createPropagation(config.propagation);
  const isOnDemand = createOnDemand(config.onDemand, Date.now);
  const variables = new Set(config.variables);
  const tail = createTail(config, traffic);
  const isSampled = (traceId: string, { span }: Caller) =>
    span !== undefined && config.callers ? (span.traceFlags & 1) === 1 : isInShare(traceId, config.sample);
  const reasons = new WeakMap<RecordedTrace, KeepReason>();
  const reasonOf = (trace: RecordedTrace): KeepReason | undefined => {
    if (trace.isOnDemand) return 'onDemand';
    return trace.isSampled ? 'sampled' : undefined;
  };

  return {
    metrics: metrics.metrics,
    begin: (request) => {
      const { headers } = request.client;
      const caller = propagation.read(headers);
      return new RecordedTrace({
        request,
        caller,
        propagation,
        budget,
        isOnDemand: isOnDemand(headers),
        isSampled,
        variables,
      });
    },
    requestEnded(facts) {
      const trace = facts.request?.client.trace;
      if (!(trace instanceof RecordedTrace)) return;
      const reason = reasonOf(trace) ?? tail(facts);
      if (reason === undefined) return;
      trace.isKept = true;
      reasons.set(trace, reason);
      describe(trace, facts);
    },
    end(trace, error) {
      trace.root.end(error);
      trace.close();
      const failed = error !== undefined && config.keep.includes('errors') ? 'errors' : undefined;
      const reason = reasons.get(trace) ?? reasonOf(trace) ?? failed;
      decided(reason ?? 'dropped');
      if (reason !== undefined) queue.add(toReadableSpans(trace, resource));
      // A subscription goes on holding its trace.
      trace.spans.length = 0;
    },
    shutdown: () => queue.close(),
  };
}

/** Neither the document nor variables: both may hold what is nobody's business. */
function describe({ root, request, isOnDemand }: RecordedTrace, facts: RequestFacts): void {
  const { operationKind, operationName, operationHash, status, errorCodes, client } = facts;
  const { method = 'POST', url } = request.source ?? {};
  const attributes: Readonly<Record<string, SpanAttributes[string] | undefined>> = {
    'http.request.method': method,
    'url.path': url?.split('?', 1)[0]?.slice(0, 256),
    'http.response.status_code': status,
    'graphql.operation.type': operationKind,
    'graphql.operation.name': operationName,
    'graphql.document.hash': operationHash,
    'overlock.request.id': request.client.id,
    'overlock.client.name': client.name,
    'overlock.client.version': client.version,
    'overlock.error.codes': errorCodes.length > 0 ? [...new Set(errorCodes)].slice(0, 20) : undefined,
    'overlock.trace.on_demand': isOnDemand ? true : undefined,
  };
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) root.set(name, value);
  if (operationKind !== undefined) root.name = operationKind;
  if (status >= 500) root.failure ??= { type: errorCodes[0] ?? String(status), isFault: true };
}
