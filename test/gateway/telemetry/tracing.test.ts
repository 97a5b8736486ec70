import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../gateway/config/config.ts';
import { GatewayError } from '../../../gateway/errors.ts';
import { createTelemetry } from '../../../gateway/telemetry/create-telemetry.ts';
import type { RequestFacts } from '../../../gateway/telemetry/telemetry.ts';
import { attributesOf, startCollector } from './collector.ts';
import { facts, runRequest, toRequest, withFetch, withRequest } from './run-request.ts';
import { createStubOutput } from './stub-output.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(traces: Record<string, unknown> = {}, { url = '', metrics = {} } = {}) {
  const collector = await startCollector();
  endings.push(collector.close);
  const stub = createStubOutput();
  const sections = { traces: { otlp: url || collector.url, ...traces }, metrics, logs: { format: 'json' } };
  const { telemetry: config } = configSchema.parse({ graph: { supergraph: 's.graphql' }, telemetry: sections });
  const telemetry = await createTelemetry(config, { output: stub.output });
  endings.push(telemetry.shutdown);
  const names = async () => {
    await telemetry.shutdown();
    return collector.spans().map((span) => span.name);
  };
  return { telemetry, collector, names, ...stub };
}

const [trace, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
const kept = ['query', 'executePlan', 'fetch products'];

describe('traces', () => {
  it('have a server span, a span for each stage and a client span for each fetch', async () => {
    const { telemetry, collector, entries } = await start();
    const sent = await runRequest(telemetry);
    await telemetry.shutdown();
    const spans = collector.spans();
    const span = (name: string) => spans.find((candidate) => candidate.name === name);
    const [server, stage, fetch] = [span('query'), span('executePlan'), span('fetch products')];
    expect(spans.map(({ name }) => name)).toEqual(kept);
    expect([server?.kind, stage?.kind, fetch?.kind]).toEqual([2, 1, 3]);
    expect(server?.parentSpanId ?? '').toBe('');
    expect([stage?.parentSpanId, fetch?.parentSpanId]).toEqual([server?.spanId, server?.spanId]);
    expect(attributesOf(server)).toEqual({
      'http.request.method': 'POST',
      'url.path': '/graphql',
      'http.response.status_code': 200,
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Shop',
      'graphql.document.hash': 'abc',
      'overlock.request.id': 'r1',
      'overlock.client.name': 'web',
      'overlock.client.version': '1.0',
    });
    expect(attributesOf(fetch)).toEqual({ 'peer.service': 'products', 'graphql.operation.type': 'query' });
    expect(sent).toEqual({ traceparent: `00-${server?.traceId}-${fetch?.spanId}-01` });
    expect(entries()[0]).toMatchObject({ message: 'Inside of a request.', traceId: server?.traceId });
    expect(JSON.stringify(collector.bodies[0]?.body)).toContain('"service.name","value":{"stringValue":"overlock"}');
  });

  it('continue those of the caller, with state and baggage, and obey its decision', async () => {
    const { telemetry, collector } = await start({ sample: '0%' });
    const context = { tracestate: 'vendor=1', baggage: 'tenant=shop' };
    const taken = await runRequest(telemetry, { traceparent: `00-${trace}-${parent}-01`, ...context });
    const dropped = await runRequest(telemetry, { traceparent: `00-${'1'.repeat(32)}-${parent}-00` });
    const unasked = await runRequest(telemetry);
    await telemetry.shutdown();
    expect(taken).toMatchObject({ traceparent: expect.stringMatching(`^00-${trace}-[0-9a-f]{16}-01$`), ...context });
    expect(dropped['traceparent']).toMatch(new RegExp(`^00-${'1'.repeat(32)}-[0-9a-f]{16}-00$`));
    expect(unasked['traceparent']).toMatch(/-00$/);
    expect(new Set(collector.spans().map((span) => span.traceId))).toEqual(new Set([trace]));
    expect(collector.spans().find((span) => span.name === 'query')?.parentSpanId).toBe(parent);
  });

  it('do not let callers decide where they shall not', async () => {
    const { telemetry, names } = await start({ sample: '0%', callers: false });
    await runRequest(telemetry, { traceparent: `00-${trace}-${parent}-01` });
    expect(await names()).toEqual([]);
  });

  it.each([
    { format: 'w3c', sent: { traceparent: `00-${trace}-${parent}-01` }, name: 'traceparent' },
    { format: 'b3', sent: { b3: `${trace}-${parent}-1` }, name: 'b3' },
    {
      format: 'b3multi',
      sent: { 'x-b3-traceid': trace, 'x-b3-spanid': parent, 'x-b3-sampled': '1' },
      name: 'x-b3-traceid',
    },
    { format: 'jaeger', sent: { 'uber-trace-id': `${trace}:${parent}:0:1` }, name: 'uber-trace-id' },
  ])('are continued and handed on as $format', async ({ format, sent, name }) => {
    const { telemetry, collector } = await start({ sample: '0%', propagation: [format] });
    const received = await runRequest(telemetry, { ...sent, baggage: 'a=b' });
    await telemetry.shutdown();
    expect(received[name]).toContain(trace);
    expect(collector.spans().map((span) => span.traceId)).toEqual([trace, trace, trace]);
    expect(collector.spans().find((span) => span.name === 'query')?.parentSpanId).toBe(parent);
  });

  it('take the first of several formats that is there, and hand on all', async () => {
    const { telemetry } = await start({ propagation: ['b3', 'w3c'] });
    const both = { b3: `${trace}-${parent}-1`, traceparent: `00-${'2'.repeat(32)}-${parent}-01` };
    const sent = await runRequest(telemetry, both);
    expect(Object.keys(sent).sort()).toEqual(['b3', 'traceparent']);
    expect([sent['b3'], sent['traceparent']].every((value) => value?.includes(trace))).toBe(true);
  });

  it.each(['', 'garbage', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, `00-${'a'.repeat(1_000_000)}`])(
    'begin anew for a traceparent that is none: %.40s',
    async (traceparent) => {
      const { telemetry } = await start();
      const sent = await runRequest(telemetry, { traceparent });
      expect(sent['traceparent']).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  );

  it('have codes of failures and nothing that clients or subgraphs wrote', async () => {
    const { telemetry, collector } = await start();
    const fail = (error: Error) =>
      withRequest(telemetry, toRequest({ cookie: 'hunter2' }), (one) =>
        withFetch(telemetry, 'a', () => Promise.reject(error), one),
      );
    await expect(fail(new GatewayError('SUBGRAPH_TIMEOUT', 'hunter2'))).rejects.toThrow('hunter2');
    await expect(fail(new TypeError('hunter2'))).rejects.toThrow('hunter2');
    await runRequest(telemetry, {}, { status: 500, errorCodes: ['INTERNAL_SERVER_ERROR'] }, (one) =>
      one?.noteVariables({ password: 'hunter2' }),
    );
    await telemetry.shutdown();
    expect(JSON.stringify(collector.bodies)).not.toContain('hunter2');
    const failed = collector.spans().filter((span) => span.status.code === 2);
    expect(failed.map((span) => [span.name, attributesOf(span)['error.type']])).toEqual([
      ['GraphQL Operation', 'SUBGRAPH_TIMEOUT'],
      ['fetch a', 'SUBGRAPH_TIMEOUT'],
      ['GraphQL Operation', 'TypeError'],
      ['fetch a', 'TypeError'],
      ['query', 'INTERNAL_SERVER_ERROR'],
    ]);
  });

  it('have the variables that the configuration names, and no others', async () => {
    const { telemetry, collector } = await start({ variables: ['first'] });
    await runRequest(telemetry, {}, {}, (one) => one?.noteVariables({ first: 'x'.repeat(1_000), token: 'hunter2' }));
    await telemetry.shutdown();
    const attributes = attributesOf(collector.spans()[0]);
    expect(attributes['graphql.variables.first']).toBe(`"${'x'.repeat(255)}`);
    expect(JSON.stringify(collector.bodies)).not.toContain('hunter2');
  });
});

describe('what is kept of requests that nobody has chosen', () => {
  const named = { name: 'ios', version: '1' };
  const cases: readonly (readonly [string, Partial<RequestFacts>, readonly string[], boolean])[] = [
    ['one that went well', {}, ['errors', 'slow', 'ios', 'Checkout'], false],
    ['a failed one', { status: 504 }, ['errors'], true],
    ['one with a failed part', { errorCodes: ['SUBGRAPH_UNREACHABLE'] }, ['errors'], true],
    ['one that was refused', { status: 403, errorCodes: ['FORBIDDEN'] }, ['errors'], false],
    ['a failed one that is not asked for', { status: 504 }, ['slow'], false],
    ['one of a named client', { client: named }, ['ios'], true],
    ['one of a named operation', { operationName: 'Checkout' }, ['Checkout'], true],
  ];
  it.each(cases)('%s', async (_name, ended, keep, isKept) => {
    const { telemetry, names } = await start({ sample: '0%', keep });
    await runRequest(telemetry, {}, ended);
    expect(await names()).toEqual(isKept ? kept : []);
    expect(await telemetry.metricsText()).toContain('overlock_traces_total{decision=');
  });

  it('one that is slower than 99 % of its operation', async () => {
    const { telemetry, collector } = await start({ sample: '0%', keep: ['slow'] });
    for (let count = 0; count < 200; count += 1) telemetry.requestEnded({ ...facts, durationMs: 10 });
    await runRequest(telemetry, {}, { durationMs: 8 });
    await runRequest(telemetry, {}, { durationMs: 500, operationHash: 'rare' });
    await runRequest(telemetry, {}, { durationMs: 500 });
    await telemetry.shutdown();
    expect(collector.spans().map(({ name }) => name)).toEqual(kept);
  });
});

describe('a trace on demand', () => {
  const secret = 'a secret of more than thirty-two bytes';
  const header = (atMs: number, key = secret) => {
    const time = String(Math.floor(atMs / 1_000));
    return { 'x-overlock-trace': `${time}.${createHmac('sha256', key).update(time).digest('hex')}` };
  };

  it.each([
    ['now', header(Date.now()), true],
    ['four minutes ago', header(Date.now() - 240_000), true],
    ['ten minutes ago', header(Date.now() - 600_000), false],
    ['in an hour', header(Date.now() + 3_600_000), false],
    ['with another secret', header(Date.now(), 'another'), false],
    ['without a signature', { 'x-overlock-trace': '1' }, false],
    ['with nonsense', { 'x-overlock-trace': `${'9'.repeat(12)}.${'g'.repeat(64)}` }, false],
  ])('is for who signs %s: %o', async (_name, headers, isTraced) => {
    const { telemetry, names } = await start({ sample: '0%', keep: ['slow'], onDemand: { secret } });
    let report: unknown;
    await runRequest(telemetry, headers, {}, (one) => {
      report = one?.isOnDemand === true ? one.report() : undefined;
    });
    expect(await names()).toEqual(isTraced ? kept : []);
    if (!isTraced) return expect(report).toBeUndefined();
    expect(report).toMatchObject({
      spans: [
        { id: 0, name: 'GraphQL Operation', durationMs: undefined },
        { id: 1, parent: 0, name: 'executePlan', durationMs: expect.any(Number) },
        { id: 2, parent: 0, name: 'fetch products', attributes: { 'peer.service': 'products' } },
      ],
    });
  });
});

describe('a collector that does not do its work', () => {
  const text = (telemetry: Awaited<ReturnType<typeof start>>['telemetry']) => telemetry.metricsText();

  it('never holds up the end when it is not there', async () => {
    const { telemetry } = await start({}, { url: 'http://127.0.0.1:1' });
    await runRequest(telemetry);
    const startedMs = performance.now();
    await telemetry.shutdown();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('is missed in the log once, not at every attempt, and what it does not take is counted', async () => {
    const refusing = await startCollector({ status: 400 });
    endings.push(refusing.close);
    const { telemetry, entries } = await start({}, { url: refusing.url, metrics: { otlp: refusing.url } });
    await runRequest(telemetry);
    await telemetry.shutdown();
    expect(refusing.bodies).toHaveLength(2);
    expect(entries().filter((entry) => entry['level'] === 'warn')).toMatchObject([
      {
        message: 'Telemetry cannot be sent. Is the collector of "telemetry" running?',
        reason: expect.stringContaining('Bad Request'),
      },
    ]);
    expect(await text(telemetry)).toContain('overlock_trace_spans_dropped_total{reason="export"} 3\n');
  });

  it('is not waited for, and the memory for it is bounded', async () => {
    const { telemetry } = await start({ queue: 30 }, { url: 'http://127.0.0.1:1' });
    for (let count = 0; count < 100; count += 1) await runRequest(telemetry);
    const metrics = await text(telemetry);
    expect(metrics).toContain('overlock_trace_spans_queued 30\n');
    expect(metrics).toContain('overlock_trace_spans_dropped_total{reason="queue"} 270\n');
    expect(metrics).toContain('overlock_traces_held 0\n');
  });

  it('gets no more spans of a request, or of requests at a time, than there may be', async () => {
    const { telemetry, collector } = await start({ spansPerRequest: 10, requestsHeld: 1 });
    await runRequest(telemetry, {}, {}, (one) => {
      for (let count = 0; count < 50; count += 1) one?.begin('more', 'internal').end();
      void withRequest(telemetry, toRequest({}, { id: 'r2' }), async () => 'not held');
    });
    await telemetry.shutdown();
    expect(collector.spans()).toHaveLength(10);
    const metrics = await text(telemetry);
    expect(metrics).toContain('overlock_trace_spans_dropped_total{reason="request"} 43\n');
    expect(metrics).toContain('overlock_trace_spans_dropped_total{reason="requests"} 1\n');
  });
});
