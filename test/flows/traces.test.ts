import { createHmac } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../gateway/config/config.ts';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import { attributesOf, type Span, startCollector } from '../gateway/telemetry/collector.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { type Sections, startTestGateway, toConfig } from '../support/gateway.ts';
import { startGrpcCollector } from '../support/grpc-collector.ts';
import { type NamedProducts, serveNamedProducts } from '../support/named-products.ts';

const query = '{ top { upc name } }';
const secret = 'a secret of more than thirty-two bytes';
const [trace, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];

describe('traces of a gateway', () => {
  let shop: NamedProducts;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    shop = await serveNamedProducts();
    return () => shop.close();
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
    shop.reset();
  });

  async function start(traces: Record<string, unknown>, sections: Sections = {}) {
    shop.reset();
    const collector = await startCollector();
    endings.push(collector.close);
    const config = toConfig({
      graph: {
        subgraphs: {
          products: { kind: 'federation', url: shop.products.url },
          reviews: { kind: 'federation', url: shop.reviews.url },
        },
      },
      telemetry: { traces: { otlp: collector.url, ...traces } },
      ...sections,
    });
    return { collector, ...(await startWith(config)) };
  }

  async function startWith(config: Config) {
    const { output, lines } = createStubOutput();
    const telemetry = await createTelemetry(config.telemetry, { output });
    const gateway = await startTestGateway(config, telemetry);
    endings.push(telemetry.shutdown, gateway.stop);
    return { telemetry, gateway, lines };
  }

  const treeOf = (spans: readonly Span[]) => {
    const nameOf = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    return spans.map((span) => `${nameOf.get(span.parentSpanId ?? '') ?? '-'} > ${span.name}`);
  };

  it('show each stage, each step of the plan and each fetch, with the endpoint, and reach the subgraphs', async () => {
    const { gateway, collector, telemetry } = await start({});
    const headers = { traceparent: `00-${trace}-${parent}-01` };
    const answer = await gateway.ask(query, {}, { headers });
    expect(answer.errors).toEqual([]);
    await telemetry.shutdown();
    const spans = collector.spans();
    expect(treeOf(spans)).toEqual([
      '- > query',
      'query > identify',
      'query > readOperation',
      'query > enforce',
      'query > executePlan',
      'query > planOperation',
      'query > plan fetch',
      'plan fetch > fetch products',
      'query > plan fetch',
      'plan fetch > fetch reviews',
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([trace]));
    const fetch = spans.find(({ name }) => name === 'fetch reviews');
    expect(attributesOf(fetch)).toMatchObject({
      'peer.service': 'reviews',
      'graphql.operation.type': 'query',
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'url.full': shop.reviews.url,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(shop.reviews.url).port),
    });
    const received = shop.reviews.requests.at(-1)?.headers['traceparent'];
    expect(received).toBe(`00-${trace}-${fetch?.spanId}-01`);
  });

  it('show retries, and keep what failed whatever the share is', async () => {
    const retries = { attempts: 2, backoff: '1ms' };
    const { gateway, collector, telemetry } = await start({ sample: '0%' }, { traffic: { all: { retries } } });
    await gateway.ask(query);
    shop.reviews.behave((response) => void response.writeHead(503).end());
    await gateway.ask(query);
    await telemetry.shutdown();
    const spans = collector.spans();
    expect(spans.filter(({ name }) => name === 'query')).toHaveLength(1);
    const fetch = spans.find(({ name }) => name === 'fetch reviews') as Span & { events: { name: string }[] };
    expect(fetch.events.map(({ name }) => name)).toEqual(['http.attempt', 'retry', 'http.attempt']);
    expect(fetch.status.code).toBe(2);
    expect(attributesOf(fetch)).toMatchObject({ 'error.type': 'SUBGRAPH_HTTP_ERROR' });
  });

  it.each([
    ['http/protobuf', startCollector, '/v1/traces', 'application/x-protobuf'],
    ['http/json', startCollector, '/v1/traces', 'application/json'],
    ['grpc', startGrpcCollector, '/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'application/grpc'],
  ] as const)('go to a collector that speaks %s', async (protocol, startOther, url, contentType) => {
    const collector = await startOther();
    endings.push(collector.close);
    const { gateway, telemetry } = await start({ otlp: collector.url, protocol });
    await gateway.ask(query);
    await telemetry.shutdown();
    expect(collector.bodies).toMatchObject([{ url, headers: { 'content-type': contentType } }]);
    const spans = collector.spans();
    const server = spans.find(({ name }) => name === 'query');
    expect(server).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), kind: 2 });
    expect(attributesOf(server)).toMatchObject({
      'http.response.status_code': 200,
      'graphql.operation.type': 'query',
    });
    const fetch = spans.find(({ name }) => name === 'fetch reviews');
    expect(fetch).toMatchObject({ traceId: server?.traceId, kind: 3, events: [{ name: 'http.attempt' }] });
    const resource = JSON.stringify(collector.bodies[0]?.body);
    expect(resource).toContain('{"key":"service.name","value":{"stringValue":"overlock"}}');
  });

  it('are shown in the answer, with the timings of the plan, to who signs for it', async () => {
    const { gateway, collector, telemetry } = await start({ sample: '0%', onDemand: { secret } });
    const time = String(Math.floor(Date.now() / 1_000));
    const signed = `${time}.${createHmac('sha256', secret).update(time).digest('hex')}`;
    const plain = await gateway.ask(query, {}, { headers: { 'x-overlock-trace': `${time}.${'0'.repeat(64)}` } });
    expect(plain.text).not.toContain('extensions');
    const answer = await gateway.ask(query, {}, { headers: { 'x-overlock-trace': signed } });
    expect(answer.data).toEqual(plain.data);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const { trace: shown } = (JSON.parse(answer.text) as { extensions: { trace: Record<string, unknown> } }).extensions;
    const timing = { startMs: expect.any(Number), durationMs: expect.any(Number) };
    expect(shown).toMatchObject({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      plan: {
        kind: 'query',
        fetches: 2,
        waves: [[{ subgraph: 'products', timing }], [{ subgraph: 'reviews', timing }]],
      },
    });
    await telemetry.shutdown();
    const spans = collector.spans();
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([shown['traceId']]));
    expect(attributesOf(spans[0])).toMatchObject({ 'overlock.trace.on_demand': true });
  });

  it.each(['slow', 'gone'] as const)('keep nobody waiting when the collector is %s', async (kind) => {
    const stalled = await startCollector({ status: 200, delayMs: 60_000 });
    endings.push(stalled.close);
    const url = kind === 'slow' ? stalled.url : 'http://127.0.0.1:1';
    const { gateway, telemetry } = await start({ otlp: url, queue: 50 });
    const startedMs = performance.now();
    for (let count = 0; count < 30; count += 1) {
      const answer = await gateway.ask(query);
      expect(answer.errors).toEqual([]);
    }
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(await telemetry.metricsText()).toMatch(/overlock_trace_spans_dropped_total\{reason="queue"\} [1-9]/);
  });

  it('show that an answer was stored', async () => {
    const cache = { response: { enabled: true } };
    const { gateway, collector, telemetry } = await start({}, { cache });
    const ask = '{ top { upc } }';
    await gateway.ask(ask);
    await gateway.ask(ask);
    await telemetry.shutdown();
    const events = collector
      .spans()
      .filter(({ name }) => name === 'query')
      .map((span) => JSON.stringify(span));
    expect(events.map((text) => /"status","value":\{"stringValue":"(\w+)"/.exec(text)?.[1])).toEqual(['miss', 'hit']);
  });

  it('are never a reason to look at what is no trace context', async () => {
    const { gateway } = await start({ propagation: ['w3c', 'b3', 'b3multi', 'jaeger'] });
    const nonsense = ['', ',', '0', '-'.repeat(1_000), '%', `${trace}-x`];
    for (const value of nonsense) {
      const headers = { traceparent: value, b3: value, 'uber-trace-id': value, 'x-b3-traceid': value, baggage: value };
      const answer = await gateway.ask(query, {}, { headers });
      expect(answer.errors).toEqual([]);
    }
  });
});
