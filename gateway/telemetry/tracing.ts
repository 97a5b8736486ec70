import {
  type Context,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import { GatewayError } from '../errors.ts';
import type { RequestFacts, Telemetry } from './telemetry.ts';

/** The part of telemetry that makes spans. */
export type Tracing = Pick<Telemetry, 'withRequest' | 'withStage' | 'withFetch' | 'traceId'> & {
  /** Names the span of the current request after what it turned out to be. */
  readonly requestEnded: (facts: RequestFacts) => void;
};

const headersGetter: TextMapGetter<ReadonlyMap<string, string>> = {
  get: (headers, name) => headers.get(name),
  keys: (headers) => [...headers.keys()],
};

/** Spans by the OpenTelemetry API; they go wherever the SDK that was started sends them. */
export function createTracing(): Tracing {
  const tracer = trace.getTracer('overlock');

  const inSpan = async <T>(span: Span, parent: Context, run: (active: Context) => T | Promise<T>): Promise<T> => {
    const active = trace.setSpan(parent, span);
    try {
      return await context.with(active, run, undefined, active);
    } catch (error) {
      noteFailure(span, error);
      throw error;
    } finally {
      span.end();
    }
  };

  return {
    withRequest(headers, requestId, run) {
      const parent = propagation.extract(ROOT_CONTEXT, headers, headersGetter);
      // https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ names it so until the operation is known.
      const options = { kind: SpanKind.SERVER, attributes: { 'overlock.request.id': requestId } };
      return inSpan(tracer.startSpan('GraphQL Operation', options, parent), parent, run);
    },
    withStage(stage, run) {
      const parent = context.active();
      if (trace.getSpan(parent)?.isRecording() !== true) return run();
      return inSpan(tracer.startSpan(stage, {}, parent), parent, run);
    },
    withFetch(subgraph, kind, run) {
      const parent = context.active();
      const attributes = { 'peer.service': subgraph, 'graphql.operation.type': kind };
      const span = tracer.startSpan(`fetch ${subgraph}`, { kind: SpanKind.CLIENT, attributes }, parent);
      return inSpan(span, parent, (active) => {
        const headers: Record<string, string> = Object.create(null);
        propagation.inject(active, headers);
        return run(headers);
      });
    },
    requestEnded(facts) {
      const span = trace.getActiveSpan();
      if (span?.isRecording() !== true) return;
      if (facts.operationKind !== undefined) span.updateName(facts.operationKind);
      span.setAttributes(requestAttributes(facts));
      if (facts.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    },
    traceId() {
      const span = trace.getActiveSpan()?.spanContext();
      return span !== undefined && isSpanContextValid(span) ? span.traceId : undefined;
    },
  };
}

/** Neither the document nor variables: both may hold what is nobody's business. */
function requestAttributes(facts: RequestFacts) {
  return {
    'http.response.status_code': facts.status,
    ...(facts.operationKind !== undefined && { 'graphql.operation.type': facts.operationKind }),
    ...(facts.operationName !== undefined && { 'graphql.operation.name': facts.operationName.slice(0, 256) }),
    ...(facts.operationHash !== undefined && { 'graphql.document.hash': facts.operationHash }),
    ...(facts.errorCodes.length > 0 && { 'overlock.error.codes': facts.errorCodes.slice(0, 20) }),
  };
}

/** A refusal is an answer, not a failure of the gateway; only its code is kept, as messages quote what clients sent. */
function noteFailure(span: Span, error: unknown): void {
  const code = error instanceof GatewayError ? error.code : undefined;
  span.setAttribute('error.type', code ?? (error instanceof Error ? error.name : 'unknown'));
  if (code === undefined || (error instanceof GatewayError && error.status >= 500)) {
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
}
