import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../gateway/config/config.ts';
import { createTelemetry } from '../../../gateway/telemetry/create-telemetry.ts';
import { noTelemetry } from '../../../gateway/telemetry/no-telemetry.ts';
import { startGrpcCollector } from '../../support/grpc-collector.ts';
import { startCollector } from './collector.ts';
import { facts, runRequest, toRequest } from './run-request.ts';
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

const off = { metrics: { prometheus: false }, logs: { level: 'silent' } };

describe('telemetry that is off', () => {
  it('costs next to nothing', async () => {
    const { telemetry, lines } = await start(off);
    const needless = [
      'withStage',
      'fetchBegan',
      'policyDenied',
      'costCounted',
      'limitDecided',
      'backendOpened',
    ] as const;
    for (const name of needless) expect(telemetry[name]).toBe(noTelemetry[name]);
    await runRequest(telemetry);
    expect(lines).toEqual([]);
    expect(await telemetry.metricsText()).toBeUndefined();
  });

  it('calls straight through', async () => {
    const promise = Promise.resolve(1);
    expect(noTelemetry.requestBegan(toRequest({}), 0)).toBeUndefined();
    expect(noTelemetry.withStage('enforce', () => promise, undefined)).toBe(promise);
    expect(noTelemetry.fetchBegan('a', 'query', undefined)).toBeUndefined();
    expect(await runRequest(noTelemetry)).toEqual({});
  });

  it('adds no tracing to requests when only metrics are on', async () => {
    const { telemetry } = await start({ logs: { level: 'silent' } });
    expect(telemetry.fetchBegan).toBe(noTelemetry.fetchBegan);
    expect(await runRequest(telemetry, { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` })).toEqual({});
    expect(await telemetry.metricsText()).toContain('overlock_requests_total{operation_type="query",status="200"} 1\n');
  });
});

describe('requests under way', () => {
  it('are counted until they have ended, however they end, in whatever order', async () => {
    const { telemetry } = await start({ logs: { level: 'silent' } });
    const inFlight = async () =>
      /^overlock_requests_in_flight (\d+)$/m.exec((await telemetry.metricsText()) ?? '')?.[1];
    const requests = ['a', 'b', 'c'].map((id) => toRequest({}, { id }));
    for (const request of requests) telemetry.requestBegan(request, performance.now());
    expect(await inFlight()).toBe('3');
    for (const index of [0, 0, 2, 1]) telemetry.requestLeft(requests[index]!, new Error('x'));
    expect(await inFlight()).toBe('0');
  });
});

describe('the access log', () => {
  it('has a line for each request, when it is wanted', async () => {
    const { telemetry, entries } = await start({ logs: { access: true, format: 'json' } });
    telemetry.requestEnded({ ...facts, errorCodes: ['SUBGRAPH_TIMEOUT'] });
    const { requestId, operationName, operationHash, status, durationMs, client, bytes } = facts;
    expect(entries()).toMatchObject([
      { level: 'info', message: 'A request was answered.', errorCodes: ['SUBGRAPH_TIMEOUT'] },
    ]);
    expect(entries()[0]).toMatchObject({ requestId, operationName, operationHash, status, durationMs, client, bytes });
    const quiet = await start({ logs: { format: 'json' } });
    quiet.telemetry.requestEnded(facts);
    expect(quiet.lines).toEqual([]);
  });
});

describe('metrics for a collector', () => {
  it.each([
    [undefined, startCollector, '/v1/metrics', 'application/x-protobuf'],
    ['http/json', startCollector, '/v1/metrics', 'application/json'],
    ['grpc', startGrpcCollector, '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', 'application/grpc'],
  ] as const)('are the same that Prometheus gets, by %s', async (protocol, startOne, url, contentType) => {
    const collector = await startOne();
    endings.push(collector.close);
    const metrics = { prometheus: false, otlp: collector.url, ...(protocol && { protocol }) };
    const { telemetry } = await start({ ...off, metrics });
    telemetry.requestEnded(facts);
    telemetry.operationCacheAsked(true);
    await telemetry.shutdown();
    expect(collector.bodies).toMatchObject([{ url, headers: { 'content-type': contentType } }]);
    const text = JSON.stringify(collector.bodies[0]?.body);
    expect(text).toContain('"name":"overlock_requests_total"');
    expect(text).toContain('{"key":"operation_type","value":{"stringValue":"query"}}');
    expect(text).toMatch(
      /"name":"overlock_request_duration_seconds".{0,120}"unit":"s".{0,500}"explicitBounds":\[0\.001,/,
    );
    expect(await telemetry.metricsText()).toBeUndefined();
  });
});
