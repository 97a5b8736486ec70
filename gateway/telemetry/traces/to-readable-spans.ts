import {
  type Attributes,
  type HrTime,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { version } from '../../lib/version.ts';
import type { RecordedSpan } from './recorded-span.ts';
import type { RecordedTrace } from './recorded-trace.ts';
import type { SpanAttributes } from './span.ts';

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;
const instrumentationScope = { name: 'overlock', version };

/** What all spans of a request have in common. */
interface Surroundings {
  readonly trace: Pick<RecordedTrace, 'traceId' | 'caller'>;
  readonly spans: readonly RecordedSpan[];
  readonly resource: Resource;
}

/** The spans of a trace as exporters take them; those that have not ended end with the request. */
export function toReadableSpans(surroundings: Surroundings): ReadableSpan[] {
  const nowMs = performance.now();
  const epochMs = Date.now() - nowMs;
  const { endMs = nowMs } = surroundings.spans[0] ?? {};
  return surroundings.spans.map((span) =>
    toReadableSpan(span, surroundings, { epochMs, endMs: Math.max(endMs, span.startMs) }),
  );
}

function toReadableSpan(
  span: RecordedSpan,
  { trace, resource }: Surroundings,
  { epochMs, endMs: latestMs }: { readonly epochMs: number; readonly endMs: number },
): ReadableSpan {
  const { name, kind, parent, startMs, endMs = latestMs, failure, attributes, events = [] } = span;
  const context = { traceId: trace.traceId, spanId: span.id, traceFlags: TraceFlags.SAMPLED };
  const parentSpanContext = parent === undefined ? trace.caller.span : { ...context, spanId: parent.id };
  return {
    name,
    kind: kinds[kind],
    spanContext: () => context,
    ...(parentSpanContext && { parentSpanContext }),
    startTime: toHrTime(epochMs + startMs),
    endTime: toHrTime(epochMs + endMs),
    duration: toHrTime(endMs - startMs),
    status: statusOf(span),
    attributes: toAttributes({
      ...attributes,
      ...serverOf(attributes),
      ...(failure && { 'error.type': failure.type }),
    }),
    events: events.map((event) => ({
      name: event.name,
      time: toHrTime(epochMs + event.atMs),
      attributes: toAttributes(event.attributes),
    })),
    links: [],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Where a fetch was sent: an endpoint is named by its URL, and by its address where several share that. */
function serverOf(attributes: SpanAttributes): SpanAttributes | undefined {
  const [full = '', peer] = String(attributes['url.full'] ?? '').split(' ', 2);
  if (!URL.canParse(full)) return undefined;
  const { hostname, port } = new URL(full);
  return {
    'url.full': full,
    'server.address': hostname,
    ...(port !== '' && { 'server.port': Number(port) }),
    ...(peer !== undefined && { 'network.peer.address': peer.replaceAll(/[()]/g, '') }),
  };
}

function statusOf({ failure }: RecordedSpan): SpanStatus {
  return { code: failure?.isFault === true ? SpanStatusCode.ERROR : SpanStatusCode.UNSET };
}

function toAttributes(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  );
}

/** Whole seconds, and nanoseconds beside. */
function toHrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1_000_000)];
}
