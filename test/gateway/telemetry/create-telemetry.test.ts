import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../gateway/config/config.ts';
import { GatewayError } from '../../../gateway/errors.ts';
import { createTelemetry } from '../../../gateway/telemetry/create-telemetry.ts';
import { noTelemetry } from '../../../gateway/telemetry/no-telemetry.ts';
import type { RequestFacts, Telemetry } from '../../../gateway/telemetry/telemetry.ts';
import { attributesOf, startCollector } from './collector.ts';
import { createStubOutput } from './stub-output.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(telemetry: Record<string, unknown>) {
  const graph = { supergraph: 's.graphql' };
  const stub = createStubOutput();
  const started = await createTelemetry(configSchema.parse({ graph, telemetry }).telemetry, { output: stub.output });
  endings.push(started.shutdown);
  return { telemetry: started, ...stub };
}

async function startWithCollector(settings: (url: string) => Record<string, unknown>) {
  const collector = await startCollector();
  endings.push(collector.close);
  return { collector, ...(await start(settings(collector.url))) };
}

const facts: RequestFacts = {
  requestId: 'r1',
  operationName: 'Shop',
  operationKind: 'query',
  operationHash: 'abc',
  status: 200,
  errorCodes: [],
  durationMs: 5,
};

/** A request with a stage and a fetch in it; resolves to the headers that the subgraph gets. */
function runRequest(
  telemetry: Telemetry,
  headers: Readonly<Record<string, string>> = {},
  ended: Partial<RequestFacts> = {},
) {
  return telemetry.withRequest(new Map(Object.entries(headers)), 'r1', async () => {
    const sent = await telemetry.withStage('executePlan', () =>
      telemetry.withFetch('products', 'query', async (traceHeaders) => {
        telemetry.log.info('Inside of a fetch.');
        return { ...traceHeaders };
      }),
    );
    telemetry.requestEnded({ ...facts, ...ended });
    return sent;
  });
}

const off = { metrics: { prometheus: false }, logs: { level: 'silent' } };

describe('telemetry that is off', () => {
  it('is made of functions that do nothing', async () => {
    const { telemetry } = await start(off);
    const { shutdown: _shutdown, ...members } = telemetry;
    const { shutdown: _noShutdown, ...nothing } = noTelemetry;
    expect(
      Object.entries(members).filter(([name, member]) => member !== nothing[name as keyof typeof nothing]),
    ).toEqual([]);
    expect(await telemetry.metricsText()).toBeUndefined();
  });

  it('calls straight through', async () => {
    const promise = Promise.resolve(1);
    expect(noTelemetry.withRequest(new Map(), 'r', () => promise)).toBe(promise);
    expect(noTelemetry.withStage('enforce', () => promise)).toBe(promise);
    expect(noTelemetry.withFetch('a', 'query', () => promise)).toBe(promise);
    expect(await runRequest(noTelemetry)).toEqual({});
    expect(noTelemetry.traceId()).toBeUndefined();
  });

  it('adds no tracing to requests when only metrics are on', async () => {
    const { telemetry } = await start({ logs: { level: 'silent' } });
    expect(telemetry.withStage).toBe(noTelemetry.withStage);
    expect(telemetry.withFetch).toBe(noTelemetry.withFetch);
    expect(await runRequest(telemetry, { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` })).toEqual({});
    expect(await telemetry.metricsText()).toContain('overlock_requests_total{operation_type="query",status="200"} 1\n');
  });
});

describe('the access log', () => {
  it('has a line for each request, when it is wanted', async () => {
    const { telemetry, entries } = await start({ logs: { access: true, format: 'json' } });
    telemetry.requestEnded({ ...facts, errorCodes: ['SUBGRAPH_TIMEOUT'] });
    expect(entries()).toMatchObject([
      { level: 'info', message: 'A request was answered.', ...facts, errorCodes: ['SUBGRAPH_TIMEOUT'] },
    ]);
    const quiet = await start({ logs: { format: 'json' } });
    quiet.telemetry.requestEnded(facts);
    expect(quiet.lines).toEqual([]);
  });
});

describe('traces', () => {
  const traced = (url: string) => ({ traces: { otlp: url }, logs: { format: 'json' } });

  it('have a server span, a span for each stage and a client span for each fetch', async () => {
    const { telemetry, collector, entries } = await startWithCollector((url) => ({
      ...traced(`${url}/`),
      service: 'shop',
    }));
    const sent = await runRequest(telemetry);
    await telemetry.shutdown();
    const spans = collector.spans();
    const span = (name: string) => spans.find((candidate) => candidate.name === name);
    const [server, stage, fetch] = [span('query'), span('executePlan'), span('fetch products')];
    expect(spans).toHaveLength(3);
    expect([server?.kind, stage?.kind, fetch?.kind]).toEqual([2, 1, 3]);
    expect(server?.parentSpanId ?? '').toBe('');
    expect([stage?.parentSpanId, fetch?.parentSpanId]).toEqual([server?.spanId, stage?.spanId]);
    expect(attributesOf(server)).toEqual({
      'overlock.request.id': 'r1',
      'http.response.status_code': 200,
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Shop',
      'graphql.document.hash': 'abc',
    });
    expect(attributesOf(fetch)).toEqual({ 'peer.service': 'products', 'graphql.operation.type': 'query' });
    expect(sent).toEqual({ traceparent: `00-${server?.traceId}-${fetch?.spanId}-01` });
    expect(entries()[0]).toMatchObject({ message: 'Inside of a fetch.', traceId: server?.traceId });
    const [resource] = collector.bodies.map(({ body }) => JSON.stringify(body));
    expect(resource).toContain('{"key":"service.name","value":{"stringValue":"shop"}}');
  });

  it('continue those of the caller, with state and baggage, and obey its decision', async () => {
    const { telemetry, collector } = await startWithCollector((url) => ({
      ...traced(url),
      traces: { otlp: url, sample: '0%' },
    }));
    const [trace, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
    const context = { tracestate: 'vendor=1', baggage: 'tenant=shop' };
    const kept = await runRequest(telemetry, { traceparent: `00-${trace}-${parent}-01`, ...context });
    const dropped = await runRequest(telemetry, { traceparent: `00-${'1'.repeat(32)}-${parent}-00` });
    const unasked = await runRequest(telemetry);
    await telemetry.shutdown();
    expect(kept).toMatchObject({ traceparent: expect.stringMatching(`^00-${trace}-[0-9a-f]{16}-01$`), ...context });
    expect(dropped['traceparent']).toMatch(new RegExp(`^00-${'1'.repeat(32)}-[0-9a-f]{16}-00$`));
    expect(unasked['traceparent']).toMatch(/-00$/);
    expect(new Set(collector.spans().map((span) => span.traceId))).toEqual(new Set([trace]));
    expect(collector.spans().find((span) => span.name === 'query')?.parentSpanId).toBe(parent);
  });

  it.each(['', 'garbage', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, `00-${'a'.repeat(1_000_000)}`])(
    'begin anew for a traceparent that is none: %.40s',
    async (traceparent) => {
      const { telemetry } = await startWithCollector(traced);
      const sent = await runRequest(telemetry, { traceparent });
      expect(sent['traceparent']).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  );

  it('keep requests apart that run at the same time', async () => {
    const { telemetry } = await startWithCollector(traced);
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const trace = (index + 1).toString(16).padStart(32, '0');
        return telemetry.withRequest(new Map([['traceparent', `00-${trace}-b7ad6b7169203331-01`]]), 'r', async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return [trace, telemetry.traceId()];
        });
      }),
    );
    for (const [trace, id] of ids) expect(id).toBe(trace);
    expect(telemetry.traceId()).toBeUndefined();
  });

  it('have codes of failures and nothing that clients or subgraphs wrote', async () => {
    const { telemetry, collector } = await startWithCollector(traced);
    const fail = (error: Error) =>
      telemetry.withRequest(new Map(), 'r', () => telemetry.withFetch('a', 'query', () => Promise.reject(error)));
    await expect(fail(new GatewayError('SUBGRAPH_TIMEOUT', 'hunter2'))).rejects.toThrow('hunter2');
    await expect(fail(new TypeError('hunter2'))).rejects.toThrow('hunter2');
    await runRequest(telemetry, {}, { status: 500, errorCodes: ['INTERNAL_SERVER_ERROR'] });
    await telemetry.shutdown();
    expect(JSON.stringify(collector.bodies)).not.toContain('hunter2');
    const failed = collector.spans().filter((span) => span.status.code === 2);
    expect(failed.map((span) => [span.name, attributesOf(span)['error.type']])).toEqual([
      ['fetch a', 'SUBGRAPH_TIMEOUT'],
      ['GraphQL Operation', 'SUBGRAPH_TIMEOUT'],
      ['fetch a', 'TypeError'],
      ['GraphQL Operation', 'TypeError'],
      ['query', undefined],
    ]);
  });

  it('never hold up the end for a collector that is not there', async () => {
    const { telemetry } = await start({ traces: { otlp: 'http://127.0.0.1:1' }, logs: { level: 'silent' } });
    await runRequest(telemetry);
    const startedMs = performance.now();
    await telemetry.shutdown();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('are missed in the log once, not at every attempt', async () => {
    const collector = await startCollector({ status: 400 });
    endings.push(collector.close);
    const { telemetry, entries } = await start({ ...traced(collector.url), metrics: { otlp: collector.url } });
    await runRequest(telemetry);
    await telemetry.shutdown();
    expect(collector.bodies).toHaveLength(2);
    expect(entries().filter((entry) => entry['level'] === 'warn')).toMatchObject([
      {
        message: 'Telemetry cannot be sent. Is the collector of "telemetry" running?',
        reason: expect.stringContaining('Bad Request'),
      },
    ]);
  });
});

describe('metrics for a collector', () => {
  it('are the same that Prometheus gets', async () => {
    const { telemetry, collector } = await startWithCollector((url) => ({
      ...off,
      metrics: { prometheus: false, otlp: url },
    }));
    telemetry.requestEnded(facts);
    telemetry.operationCacheAsked(true);
    await telemetry.shutdown();
    const body = collector.bodies.find(({ url }) => url === '/v1/metrics')?.body;
    const text = JSON.stringify(body);
    expect(text).toContain('"name":"overlock_requests_total"');
    expect(text).toContain('{"key":"operation_type","value":{"stringValue":"query"}}');
    expect(text).toMatch(
      /"name":"overlock_request_duration_seconds".{0,120}"unit":"s".{0,400}"explicitBounds":\[0\.001,/,
    );
    expect(await telemetry.metricsText()).toBeUndefined();
  });
});
