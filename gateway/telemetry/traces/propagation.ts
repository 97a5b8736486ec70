import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger';
import { core } from '@opentelemetry/sdk-node';
import type { TracesConfig } from '../../config/traces.ts';

/** What a caller says of the trace that its request belongs to. */
export interface Caller {
  /** The span that the request is a piece of; `undefined` when it is the first of its trace. */
  readonly span: SpanContext | undefined;
  /** That, and what goes along with it, such as baggage. */
  readonly context: Context;
}

type Ids = Pick<SpanContext, 'traceId' | 'spanId'>;

/** Reads and writes trace contexts in headers. */
export interface Propagation {
  readonly read: (headers: ReadonlyMap<string, string>) => Caller;
  /** The headers, by lower-case name, for a piece of a trace. */
  readonly write: (ids: Ids, isSampled: boolean, caller: Caller) => Record<string, string>;
}

const getter: TextMapGetter<ReadonlyMap<string, string>> = {
  get: (headers, name) => headers.get(name.toLowerCase()),
  keys: (headers) => [...headers.keys()],
};

const setter: TextMapSetter<Record<string, string>> = {
  set: (headers, name, value) => {
    headers[name.toLowerCase()] = value;
  },
};

const baggage = new core.W3CBaggagePropagator();
const nobody: Caller = { span: undefined, context: ROOT_CONTEXT };

/** Of each format, the headers without which there is nothing to read. */
const marks: Readonly<Record<TracesConfig['propagation'][number], readonly string[]>> = {
  w3c: ['traceparent', 'baggage'],
  b3: ['b3', 'x-b3-traceid'],
  b3multi: ['b3', 'x-b3-traceid'],
  jaeger: ['uber-trace-id'],
};

/** Trace contexts in some formats, of which the first that a request has counts. */
export function createPropagation(formats: TracesConfig['propagation']): Propagation {
  const propagators = formats.map((format) => ({ format, propagator: propagatorOf(format), marks: marks[format] }));
  const allMarks = [...new Set(propagators.flatMap((one) => one.marks))];
  return {
    read(headers) {
      // Most have none of them.
      if (!allMarks.some((mark) => headers.has(mark))) return nobody;
      let context = ROOT_CONTEXT;
      for (const one of propagators) {
        if (!one.marks.some((mark) => headers.has(mark))) continue;
        context = one.propagator.extract(context, headers, getter);
        const span = trace.getSpanContext(context);
        if (span !== undefined && isSpanContextValid(span)) return { span, context };
      }
      return context === ROOT_CONTEXT ? nobody : { span: undefined, context };
    },
    write(ids, isSampled, caller) {
      const headers: Record<string, string> = {};
      for (const { format, propagator } of propagators) {
        if (format === 'w3c') writeW3c(headers, ids, isSampled, caller);
        else propagator.inject(toContext(ids, isSampled, caller), headers, setter);
      }
      return headers;
    },
  };
}

/** What nearly all gateways send with each fetch is put together here: to have it done takes several times as long. */
function writeW3c(
  headers: Record<string, string>,
  { traceId, spanId }: Ids,
  isSampled: boolean,
  { span, context }: Caller,
): void {
  headers['traceparent'] = `00-${traceId}-${spanId}-0${isSampled ? 1 : 0}`;
  if (span?.traceState !== undefined) headers['tracestate'] = span.traceState.serialize();
  if (context !== ROOT_CONTEXT) baggage.inject(context, headers, setter);
}

function toContext({ traceId, spanId }: Ids, isSampled: boolean, { span, context }: Caller): Context {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const { traceState } = span ?? {};
  return trace.setSpanContext(context, { traceId, spanId, traceFlags, ...(traceState && { traceState }) });
}

function propagatorOf(format: TracesConfig['propagation'][number]): TextMapPropagator {
  switch (format) {
    case 'w3c':
      return new core.CompositePropagator({
        propagators: [new core.W3CTraceContextPropagator(), baggage],
      });
    case 'b3':
      return new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER });
    case 'b3multi':
      return new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
    case 'jaeger':
      return new JaegerPropagator();
    default:
      return format satisfies never;
  }
}
