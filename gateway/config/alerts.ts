import { z } from 'zod';
import { latencyBoundsMs } from './latency-bounds.ts';
import { always, httpUrl, rate, share, timeout } from './units.ts';

const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((one) => !/[\p{Cc}]/u.test(one), 'must not hold control characters');

/** Names end as names of Prometheus alerts as well. */
const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a name such as checkout-errors: letters, digits, - and _')
  .describe('What the alert is called.');

const severities = ['critical', 'warning', 'info'] as const;

const scopeKeys = {
  operation: text(100).optional().describe('Only the operations of this name.'),
  client: text(100).optional().describe('Only the client that calls itself so.'),
  subgraph: text(100).optional().describe('Only fetches from this subgraph.'),
  by: z
    .enum(['operation', 'client', 'subgraph'])
    .optional()
    .describe('Looks at each operation, client or subgraph by itself, and alerts for each. Default: all together.'),
};

const isOneScope = (scope: Readonly<Record<string, unknown>>) =>
  ['operation', 'client', 'subgraph', 'by'].filter((key) => scope[key] !== undefined).length <= 1;

const oneScope = { message: 'must have only one of operation, client, subgraph and by', ...always };

const common = {
  name,
  severity: z.enum(severities).default('warning').describe('How bad it is.'),
  for: timeout().optional().describe('How long it must be so before the alert fires. Default: not at all.'),
  keepFiringFor: timeout()
    .prefault('5m')
    .describe('How long it must no longer be so before the alert is over, so that it does not come and go.'),
  summary: text(500).optional().describe('What people are told. Default: a sentence about what is measured.'),
  runbook: httpUrl().optional().describe('Where people read what to do.'),
};

const over = (fallback: string) => timeout().prefault(fallback).describe('The time that is looked at, up to now.');

const least = z
  .int()
  .min(1)
  .max(1_000_000)
  .default(20)
  .describe('With fewer requests in that time nothing is said of them.');

const errorRate = z
  .strictObject({
    kind: z.literal('errorRate').describe('The share of requests, or of fetches, that failed.'),
    ...common,
    ...scopeKeys,
    above: share().describe('Alerts when a greater share failed.'),
    over: over('5m'),
    least,
    count: z
      .enum(['failures', 'errors'])
      .default('failures')
      .describe(
        'failures: with an error whose code has an HTTP status of 500 or more; errors: with any error, faults of clients included.',
      ),
  })
  .refine(isOneScope, oneScope);

const latency = z
  .strictObject({
    kind: z.literal('latency').describe('How long requests, or fetches, take.'),
    ...common,
    ...scopeKeys,
    quantile: share().prefault('99%').describe('The share of them that is looked at, without the slowest.'),
    above: timeout().describe('Alerts when these take longer, up to 10s.'),
    over: over('5m'),
    least,
  })
  .refine(isOneScope, oneScope)
  .refine(({ above }) => above <= 10_000, { message: 'must be 10s at most', path: ['above'], ...always });

const limits = z.strictObject({
  kind: z.literal('limits').describe('Operations that limits and other policies refuse.'),
  ...common,
  policy: text(100)
    .optional()
    .describe('Only those that this policy refuses, such as rate-limit, cost, limits, authorization or documents.'),
  above: rate().describe('Alerts when more are refused, such as 10/min, on average.'),
  over: over('5m'),
});

const breaker = z.strictObject({
  kind: z.literal('breaker').describe('Circuit breakers that are open, or half-open.'),
  ...common,
  subgraph: text(100).optional().describe('Only that of this subgraph.'),
});

const quota = z.strictObject({
  kind: z.literal('quota').describe('Quotas that somebody has nearly used up.'),
  ...common,
  rule: text(64).optional().describe('Only the quota of this rule of rateLimit.'),
  above: share().prefault('90%').describe('Alerts when a greater share of it is used.'),
});

const canary = z.strictObject({
  kind: z.literal('canary').describe('Versions, or groups of endpoints, that were tried and taken back.'),
  ...common,
  over: over('15m'),
});

const schema = z.strictObject({
  kind: z
    .literal('schema')
    .describe('A newest supergraph that cannot be read or used, so that an older one is served.'),
  ...common,
});

const registry = z.strictObject({
  kind: z.literal('registry').describe('A registry that does not answer.'),
  ...common,
});

const slo = z
  .strictObject({
    name,
    objective: share()
      .refine((one) => one >= 0.5 && one < 1, 'must be from 50% to 99.9999%')
      .describe('The share of requests, or of fetches, that must be good.'),
    operation: scopeKeys.operation,
    subgraph: scopeKeys.subgraph,
    latency: timeout()
      .refine((ms) => latencyBoundsMs.some((bound) => bound === ms), {
        message: 'must be 1ms, 5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2.5s, 5s or 10s',
      })
      .optional()
      .describe('Good is what takes no longer than this. Default: good is what does not fail.'),
    owner: text(100).optional().describe('Whose it is, such as a team: a label of the alert.'),
    summary: common.summary,
    runbook: common.runbook,
  })
  .refine(isOneScope, { message: 'must have only one of operation and subgraph', ...always });

const only = z
  .array(z.enum(severities))
  .min(1)
  .optional()
  .describe('Only alerts of these severities. Default: of all.');

const webhook = z.strictObject({
  kind: z.literal('webhook').describe('A POST of JSON, signed as Standard Webhooks has it.'),
  url: httpUrl().describe('Where it goes.'),
  secret: z
    .string()
    .regex(/^(whsec_)?[A-Za-z0-9+/]{32,}={0,2}$/, 'must be base64 of at least 24 bytes, with whsec_ before it or not')
    .describe('What it is signed with.'),
  only,
});

const slack = z.strictObject({
  kind: z.literal('slack').describe('An incoming webhook of Slack, or of what takes the same, such as Mattermost.'),
  url: httpUrl().describe('The URL of the webhook.'),
  only,
});

const pagerDuty = z.strictObject({
  kind: z.literal('pagerDuty').describe('PagerDuty, by Events API v2.'),
  routingKey: z
    .string()
    .regex(/^[A-Za-z0-9]{32}$/, 'must be the 32 letters and digits of an integration key')
    .describe('The integration key of the service.'),
  url: httpUrl().prefault('https://events.pagerduty.com/v2/enqueue').describe('Where events are sent.'),
  only,
});

const command = z.strictObject({
  kind: z.literal('command').describe('A program that gets the alert as JSON on its standard input.'),
  run: z
    .array(z.string().min(1).max(4_096))
    .min(1)
    .max(64)
    .describe('The program and its arguments, as they are: there is no shell.'),
  timeout: timeout().prefault('10s').describe('How long it may take.'),
  only,
});

/** What operators are told without looking. */
export const alertsSection = z
  .strictObject({
    every: timeout()
      .refine((ms) => ms >= 1_000 && ms <= 300_000, 'must be from 1s to 5m')
      .prefault('15s')
      .describe('How often it is looked.'),
    rules: z
      .array(z.discriminatedUnion('kind', [errorRate, latency, limits, breaker, quota, canary, schema, registry]))
      .max(200)
      .default([])
      .describe('What to look at.'),
    slos: z
      .array(slo)
      .max(100)
      .default([])
      .describe(
        'Objectives whose error budget, of 30 days, is watched: alerts when it is used up 14.4, 6, 3 or 1 times too fast, over a long and a short window each.',
      ),
    notify: z
      .array(z.discriminatedUnion('kind', [webhook, slack, pagerDuty, command]))
      .max(20)
      .default([])
      .describe('Who is told when an alert fires and when it is over. Default: only the log.'),
  })
  .refine(({ rules, slos }) => hasEachOnce([...rules, ...slos].map((one) => one.name)), {
    message: 'must give each rule and each objective a name of its own',
    path: ['rules'],
    ...always,
  })
  .prefault({});

export type AlertsConfig = z.output<typeof alertsSection>;
export type AlertRuleConfig = AlertsConfig['rules'][number];
export type SloConfig = AlertsConfig['slos'][number];
export type NotifyConfig = AlertsConfig['notify'][number];
export type Severity = (typeof severities)[number];

function hasEachOnce(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
