import { accessFields } from '../../../gateway/config/logs.ts';
import type { Marks } from '../../support/marks.ts';
import { type Backends, withPassword } from './backends.ts';
import type { MarkedKind, Secrets } from './surroundings.ts';

export const issuer = 'https://login.example.com/';

/** A program that adds what it is told to a file. */
const writeInput = "process.stdin.on('data', (data) => require('fs').appendFileSync(process.argv[1], data))";

/** A configuration with everything on, each of its secrets marked; `alertFile` gets the alerts that a command is told. */
export function toMarkedConfig(
  marks: Marks,
  { registry, collector, pager, introspector, redis }: Backends,
  { kind, secrets, alertFile }: { readonly kind: MarkedKind; readonly secrets: Secrets; readonly alertFile: string },
) {
  const secretOf = (name: string) => marks.in(name).padEnd(40, 'x');
  const pagerAt = (path: string) => new URL(path, pager.url).href;
  const { url: registryUrl, token, publicKey } = registry;
  return {
    listen: { port: 0, hotLane: kind.lane === 'hot' },
    admin: { port: 0, token: secrets.admin },
    graph: { registry: { url: registryUrl, token, publicKey, graph: 'shop@production', usage: { every: '100ms' } } },
    identity: {
      jwt: [{ issuer, audience: 'shop', secret: secrets.jwt }],
      introspection: {
        url: `${withPassword(marks, introspector.url, "an introspector's URL")}?key=${marks.in("the query of an introspector's URL")}`,
        clientId: 'gateway',
        clientSecret: marks.in('the secret of an introspector'),
      },
      apiKeys: { store: true },
      trustedProxies: ['127.0.0.1'],
      onward: {
        rules: [
          { headers: { 'x-user': 'sub' } },
          {
            signature: {
              kind: 'hmac',
              header: 'x-signature',
              secret: secretOf('the secret of signatures to subgraphs'),
            },
          },
        ],
      },
    },
    authorization: {
      rules: [
        { fields: 'Query.secret', when: "'admin' in identity.roles" },
        { fields: 'Query.search', when: 'int(args.text) > 0 || true' },
      ],
    },
    headers: {
      toSubgraphs: [
        { set: { 'x-gateway-token': marks.in('a header that subgraphs get of the gateway') } },
        { propagate: ['cookie', 'x-onward'] },
      ],
    },
    documents: { mode: 'audit', manifest: 'trusted' },
    rateLimit: {
      ...(kind.limits === 'redis' && { store: { redis: withPassword(marks, redis.url, 'the Redis of limits') } }),
      rules: [
        { per: 'client', limit: '100000/min' },
        { per: 'client', quota: '100000/day' },
      ],
    },
    control: { store: 'memory' },
    cache: {
      store: { redis: withPassword(marks, redis.url, 'the Redis of caches') },
      response: { enabled: true },
      rules: [{ fields: 'Query.search', maxAge: '1m', tags: ['search-{$args.text}'] }],
    },
    idempotency: {
      enabled: true,
      store: { redis: withPassword(marks, redis.url, 'the Redis of mutations'), onError: 'run' },
    },
    cost: { mode: 'measure', limit: 0 },
    inputRules: { mode: 'measure', rules: [{ at: 'String', maxLength: 3 }] },
    webSocket: { initHeaders: ['x-onward'] },
    traffic: { all: { retries: { attempts: 1 }, breaker: { minimum: 10_000 } } },
    anomalies: { enabled: true, file: 'baselines.json' },
    alerts: {
      every: '1s',
      rules: ['operation', 'client', 'subgraph'].map((by) => {
        return { name: `failing-${by}`, kind: 'errorRate', above: '1%', over: '1m', least: 1, by, count: 'errors' };
      }),
      notify: [
        { kind: 'webhook', url: pagerAt('/webhook'), secret: secretOf('the secret of a webhook') },
        { kind: 'slack', url: pagerAt(`/slack/${marks.in("the path of Slack's URL")}`) },
        { kind: 'slack', url: `http://127.0.0.1:1/${marks.in('the URL of a Slack that is gone')}` },
        {
          kind: 'pagerDuty',
          url: pagerAt('/pager-duty'),
          routingKey: marks.in('the routing key of PagerDuty').padEnd(32, '0'),
        },
        { kind: 'command', run: [process.execPath, '-e', writeInput, alertFile] },
        { kind: 'command', run: ['/nowhere/program', marks.in('an argument of a command')] },
      ],
    },
    telemetry: {
      traces: {
        otlp: withPassword(marks, collector.url, "a collector's URL"),
        protocol: kind.traces,
        onDemand: { secret: secrets.onDemand },
        variables: ['note'],
      },
      metrics: { otlp: withPassword(marks, collector.url, "a metrics collector's URL"), protocol: kind.metrics },
      logs: {
        level: 'trace',
        format: kind.format,
        access: { fetches: true, fields: accessFields },
        audit: { file: 'audit.log' },
        redact: { keys: ['reason'] },
      },
      usage: { country: { header: 'x-country' } },
    },
  };
}
