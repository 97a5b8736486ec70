import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { type FakeSubgraph, json, startFakeSubgraph } from '../support/fake-subgraph.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type GatewayProcess, runOverlock, startGateway } from '../support/gateway-process.ts';
import { describeWithPrometheus, startPrometheus } from '../support/prometheus.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const soon = { timeout: 20_000, interval: 50 };
const failing = json({}, { status: 500 });
const longest = { timeout: 60_000 };
const rule = { name: 'failing', kind: 'errorRate', above: '20%', over: '4s', least: 5, keepFiringFor: '1s' };

let products: ServedSubgraph;
let pager: FakeSubgraph;
let folder: TemporaryFolder;
beforeAll(async () => {
  products = await serveSubgraph({
    name: 'products',
    sdl: 'type Query { top: Product slow: Int } type Product { name: String }',
    resolvers: { Query: { top: () => ({ name: 'Table' }), slow: () => 1 } },
  });
  pager = await startFakeSubgraph(json({ ok: true }));
  folder = await createTemporaryFolder();
  await folder.write('products.graphql', products.sdl);
  return async () => {
    await Promise.all([products.close(), pager.close()]);
    await folder.remove();
  };
});

const sections = (more: Record<string, unknown> = {}) => ({
  graph: { subgraphs: { products: { url: products.url, schema: 'products.graphql' } }, poll: '0s' },
  traffic: { all: { retries: { attempts: 1 }, breaker: { minimum: 10_000 } } },
  alerts: { every: '1s', rules: [rule], notify: [{ kind: 'slack', url: pager.url }] },
  ...more,
});

const titles = () => pager.requests.map(({ body }) => JSON.parse(body).text);

describe('a gateway whose subgraph fails', longest, () => {
  let telemetry: Telemetry;
  let gateway: TestGateway;
  beforeAll(async () => {
    const { graph: _graph, ...rest } = sections();
    const graph = { subgraphs: { products: { kind: 'federation', url: products.url } } };
    const config = toConfig({ ...rest, graph });
    telemetry = await createTelemetry(config.telemetry, { output: createStubOutput().output });
    gateway = await startTestGateway(config, telemetry);
  });
  afterAll(async () => {
    await gateway.stop();
    await telemetry.shutdown();
  });

  it('tells that it does, lists what fires, and tells when it is over', async () => {
    const list = async () => (await (await fetch(`${gateway.adminUrl}/alerts`)).json()).alerts;
    expect(await list()).toEqual([]);
    products.behave(failing);
    await vi.waitFor(async () => {
      await Promise.all(Array.from({ length: 5 }, () => gateway.ask('query Top { top { name } }')));
      expect(titles()).toEqual(['*[WARNING] failing*']);
    }, soon);
    expect(await list()).toEqual([expect.objectContaining({ name: 'failing', state: 'firing' })]);
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(metrics).toContain('\noverlock_alerts_firing{rule="failing",severity="warning"} 1\n');
    expect(metrics).toContain('\noverlock_alert_notifications_total{channel="slack",outcome="told"} 1\n');
    products.behave(products.healthy);
    await vi.waitFor(async () => {
      await Promise.all(Array.from({ length: 5 }, () => gateway.ask('query Top { top { name } }')));
      expect(titles()).toEqual(['*[WARNING] failing*', '*[RESOLVED] failing*']);
    }, soon);
    expect(await list()).toEqual([]);
  });

  it('tells operators of its traffic, and nobody else', async () => {
    const headers = { 'apollographql-client-name': 'shop-web' };
    await gateway.ask('query Late { top { name } }', {}, { headers });
    const snapshot = await (await fetch(`${gateway.adminUrl}/traffic?window=1m`)).json();
    expect(snapshot.windowMs).toBe(60_000);
    expect(snapshot.operations.map(({ name }: { readonly name: string }) => name)).toEqual(
      expect.arrayContaining(['Top', 'Late']),
    );
    expect(snapshot.subgraphs[0]).toMatchObject({
      name: 'products',
      codes: { SUBGRAPH_HTTP_ERROR: expect.any(Number) },
    });
    expect(snapshot.total.bytes).toBeGreaterThan(30);
    expect(snapshot.timeline).toHaveLength(60);
    for (const path of ['/traffic', '/alerts']) {
      const page = await fetch(`${gateway.adminUrl}${path}`, { headers: { origin: 'https://evil.test' } });
      expect(page.status).toBe(403);
      expect((await fetch(`${gateway.adminUrl}${path}`, { method: 'POST' })).status).toBe(405);
    }
    for (const window of ['2h', '10ms', 'x']) {
      expect((await fetch(`${gateway.adminUrl}/traffic?window=${window}`)).status).toBe(400);
    }
  });

  it('gives metrics in the format that is asked for', async () => {
    const read = async (accept: string) => {
      const response = await fetch(`${gateway.adminUrl}/metrics`, { headers: { accept } });
      return { type: response.headers.get('content-type'), text: await response.text() };
    };
    const open = await read('application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5');
    expect(open.type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(open.text.endsWith('\n# EOF\n')).toBe(true);
    const old = await read('*/*');
    expect(old.type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(old.text).not.toContain('# EOF');
    for (const { text } of [open, old]) {
      expect(text).toMatch(
        /\noverlock_operation_requests_total\{operation="Top",hash="[0-9a-f]{64}",outcome="failure"\} [1-9]/,
      );
      expect(text).toMatch(/\noverlock_stage_duration_seconds_count\{stage="executePlan"\} [1-9]/);
      expect(text).toMatch(/\noverlock_plan_cache_total\{result="hit"\} [1-9]/);
      expect(text).toMatch(
        /\noverlock_endpoint_calls_total\{subgraph="products",endpoint="[^"]+",outcome="failed"\} [1-9]/,
      );
    }
  });
});

describe('a gateway of two workers whose subgraph fails', longest, () => {
  let gateway: GatewayProcess;
  const options = () => ({ cwd: folder.path });
  beforeAll(async () => {
    const listen = { port: 0, workers: 2 };
    // Nobody takes them: that traces are kept is enough.
    const telemetry = { traces: { otlp: 'http://127.0.0.1:9' } };
    await folder.write('overlock.yaml', stringify(sections({ listen, admin: { port: 0 }, telemetry })));
    pager.requests.length = 0;
    gateway = await startGateway([], options());
  }, longest.timeout);
  afterAll(() => gateway.end());

  it('tells once, of what all workers see together', async () => {
    const ask = () =>
      fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: '{"query":"query Top { top { name } }"}',
      }).then((response) => response.text());
    products.behave(failing);
    await vi.waitFor(async () => {
      await Promise.all(Array.from({ length: 6 }, ask));
      expect(titles()).toEqual(['*[WARNING] failing*']);
    }, soon);
    const listed = await runOverlock(['alerts', 'list', '--admin', gateway.adminUrl, '--json'], options());
    expect(JSON.parse(listed.stdout).alerts).toEqual([expect.objectContaining({ name: 'failing', state: 'firing' })]);
    const { total, operations } = await (await fetch(`${gateway.adminUrl}/traffic?window=1h`)).json();
    const openMetrics = { accept: 'application/openmetrics-text' };
    const text = await (await fetch(`${gateway.adminUrl}/metrics`, { headers: openMetrics })).text();
    const counted = [...text.matchAll(/^overlock_client_requests_total\{worker="\d",.*\} (\d+)$/gm)];
    expect(counted.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(total.requests);
    expect(operations).toEqual([expect.objectContaining({ name: 'Top', requests: total.requests })]);
    expect(text.match(/# EOF/g)).toHaveLength(1);
    expect(titles()).toHaveLength(1);
  });

  it('has rules for Prometheus on the command line, and says where there are none', async () => {
    const { code, stdout } = await runOverlock(['alerts', 'rules', '--prometheus'], options());
    expect(code).toBe(0);
    expect(stdout).toContain('alert: failing');
    await folder.write('quiet.yaml', stringify(sections({ alerts: {} })));
    const quiet = await runOverlock(['alerts', 'rules', '--prometheus', '-c', 'quiet.yaml'], options());
    expect(quiet.stderr).toContain('There are no alerts.');
    expect((await runOverlock(['alerts', 'rules'], options())).code).toBe(2);
  });

  describeWithPrometheus('and Prometheus', () => {
    it('scrapes it, finds the traces of requests, and fires by the rules that were exported', async () => {
      const { stdout: rules } = await runOverlock(['alerts', 'rules', '--prometheus'], options());
      const { host } = new URL(gateway.adminUrl);
      await using prometheus = await startPrometheus(host, rules);
      products.behave(failing);
      const body = '{"query":"query Top { top { name } }"}';
      const headers = { 'content-type': 'application/json' };
      await vi.waitFor(async () => {
        await Promise.all(Array.from({ length: 6 }, () => fetch(gateway.url, { method: 'POST', headers, body })));
        expect(await prometheus.query('ALERTS{alertname="failing",alertstate="firing"}')).toHaveLength(1);
      }, soon);
      expect(await prometheus.query('up == 1')).toHaveLength(1);
      const times = `start=0&end=${Math.ceil(Date.now() / 1_000)}`;
      const found = await prometheus.api(`query_exemplars?query=overlock_request_duration_seconds_bucket&${times}`);
      expect(JSON.stringify(found)).toMatch(/"trace_id":"[0-9a-f]{32}"/);
      expect((await prometheus.query('sum by (worker) (overlock_requests_total) > 0')).length).toBeGreaterThan(0);
    });
  });
});
