import { z } from 'zod';
import { otlpProtocol } from './otlp-protocol.ts';
import { httpUrl, share, size, timeout } from './units.ts';

/** How a trace context is written in headers. */
const propagationFormats = ['w3c', 'b3', 'b3multi', 'jaeger'] as const;

const onDemand = z.strictObject({
  secret: z.string().min(32, 'must be at least 32 characters long').describe('What the header is signed with.'),
  window: timeout()
    .refine((ms) => ms <= 3_600_000, 'must be at most 1h')
    .prefault('5m')
    .describe('How far the time of the header may be from ours.'),
});

/** Which requests are traced, and where that is sent. */
export const tracesSection = z.strictObject({
  otlp: httpUrl().describe('OTLP collector, for example http://127.0.0.1:4318, or :4317 for grpc.'),
  protocol: otlpProtocol(),
  propagation: z
    .array(z.enum(propagationFormats))
    .min(1)
    .default(['w3c'])
    .describe(
      "Headers that continue a caller's trace and are sent to subgraphs: w3c (traceparent, tracestate, baggage), b3 (one header), b3multi (X-B3-*), jaeger (uber-trace-id). Of a caller the first that is there counts.",
    ),
  sample: share().prefault('100%').describe('Share of requests that are kept when the caller has not decided.'),
  callers: z
    .boolean()
    .default(true)
    .describe('Whether callers decide by the flag of their trace context. What keep names is kept all the same.'),
  keep: z
    .array(z.string().min(1).max(200))
    .max(100)
    .default(['errors', 'slow'])
    .describe(
      'Requests that are always kept: errors (those that failed), slow (above the p99 of their operation of the last ten minutes), and operations or clients by name. It is decided when they end, so subgraphs may not know.',
    ),
  variables: z
    .array(z.string().min(1).max(200))
    .max(50)
    .default([])
    .describe('Names of variables whose values are noted, the first 256 characters of each. No others ever are.'),
  onDemand: onDemand
    .optional()
    .describe(
      'Whole traces for who asks with the header x-overlock-trace: <time>.<signature>, of the Unix time in seconds and its HMAC-SHA256 in hex (printf %s "$time" | openssl dgst -sha256 -hmac "$secret"). The trace is kept, and extensions.trace of the answer has it with the plan. Default: nobody can ask.',
    ),
  spansPerRequest: z.int().min(1).max(10_000).default(500).describe('Most spans of a request; more are dropped.'),
  requestsHeld: z.int().min(1).default(10_000).describe('Most requests whose spans are held at a time.'),
  bytesHeld: size().prefault('64mb').describe('Most memory of spans that are held until their request ends, about.'),
  queue: z.int().min(1).default(10_000).describe('Most spans that wait for the collector; more are dropped.'),
});

export type TracesConfig = z.output<typeof tracesSection>;
