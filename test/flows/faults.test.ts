import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { toErrorLines } from '../support/ask.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type RestBackend, startRestBackend } from '../support/rest-backend.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

let catalog: ServedSubgraph;
let stock: RestBackend;
let folder: TemporaryFolder;
/** What the service of the stock answers with. */
let status = 200;

beforeAll(async () => {
  catalog = await serveSubgraph({
    name: 'catalog',
    sdl: `${link} type Query { products: [Product!]! } type Product @key(fields: "id") { id: ID! name: String }`,
    resolvers: {
      Query: {
        products: () => [
          { id: '1', name: 'Chair' },
          { id: '2', name: 'Table' },
        ],
      },
    },
  });
  stock = await startRestBackend(() => ({ status, json: { left: 3 } }));
  folder = await createTemporaryFolder();
});
afterAll(async () => {
  await Promise.all([catalog.close(), stock.close(), folder.remove()]);
});

describe.each([
  ['the hot lane', true],
  ['Yoga', false],
])('fetches that are given faults, and defaults for what they should have brought, over %s', (_lane, hotLane) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const schema = await folder.write(
      'stock.graphql',
      `${link} type Product @key(fields: "id") @rest(path: "/products/{$key.id}") { id: ID! left: Int! note: String }`,
    );
    const config = toConfig({
      graph: {
        subgraphs: {
          catalog: { kind: 'federation', url: catalog.url },
          stock: { kind: 'rest', url: stock.url, schema },
        },
      },
      listen: { port: 0, hotLane },
      traffic: {
        all: { retries: false, breaker: false },
        operation: { dedupe: true },
        subgraphs: { stock: { timeout: '300ms' } },
        fallback: { defaults: [{ field: 'Product.left', value: 0 }] },
      },
      faults: {
        rules: [
          { headers: { 'x-fault': 'down' }, subgraphs: ['stock'], error: 'SUBGRAPH_UNREACHABLE' },
          { headers: { 'x-fault': 'slow' }, fields: 'Product.left', delay: '10m' },
          { headers: { 'x-fault': 'refused' }, fields: 'Product.left', error: 'SOLD_OUT' },
          { headers: { 'x-fault': 'cut' }, fields: 'Query.*', abort: 'client' },
        ],
      },
    });
    const telemetry = await createTelemetry(config.telemetry, createStubOutput());
    gateway = await startTestGateway(config, telemetry);
    return async () => {
      await gateway.stop();
      await telemetry.shutdown();
    };
  });

  beforeEach(() => {
    status = 200;
  });

  const query = '{ products { name left } }';
  const withFault = (fault: string) => gateway.ask(query, undefined, { headers: { 'x-fault': fault } });
  const products = (left: number) => [
    { name: 'Chair', left },
    { name: 'Table', left },
  ];
  const byDefault = {
    degraded: [
      { path: ['products', 0, 'left'], reason: 'default' },
      { path: ['products', 1, 'left'], reason: 'default' },
    ],
  };

  it('concern only requests with the header of their rule, even while equal ones are run once', async () => {
    const [plain, down] = await Promise.all([gateway.ask(query), withFault('down')]);
    expect(JSON.parse(plain?.text ?? '')).toEqual({ data: { products: products(3) } });
    expect(JSON.parse(down?.text ?? '')).toEqual({ data: { products: products(0) }, extensions: byDefault });
  });

  it('that take longer than their subgraph may are given up, and have defaults', async () => {
    const startedMs = performance.now();
    expect(JSON.parse((await withFault('slow')).text)).toEqual({
      data: { products: products(0) },
      extensions: byDefault,
    });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(299);
  });

  it('that a subgraph refuses have none', async () => {
    const refused = await withFault('refused');
    expect(toErrorLines(refused)).toEqual(['SOLD_OUT products.0.left', 'SOLD_OUT products.1.left']);
    expect(refused.data).toBeNull();
    expect(JSON.parse(refused.text).extensions).toBeUndefined();
  });

  it('cut the connection of the client', async () => {
    await expect(withFault('cut')).rejects.toThrow('fetch failed');
    expect((await gateway.ask(query)).status).toBe(200);
  });

  it('are logged, and counted like others that fail', async () => {
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(text).toMatch(/^overlock_faults_injected_total\{subgraph="stock",fault="error"\} [12]$/m);
    expect(text).toMatch(/^overlock_faults_injected_total\{subgraph="stock",fault="delay"\} 1$/m);
    expect(text).toMatch(/^overlock_faults_injected_total\{subgraph="catalog",fault="abort"\} 1$/m);
    expect(text).toMatch(/^overlock_answers_degraded_total\{reason="default"\} 2$/m);
    expect(text).toMatch(/subgraph="stock".*SUBGRAPH_UNREACHABLE/);
    expect(gateway.lines.filter(({ message }) => message === 'A fetch is given a fault.')).toHaveLength(4);
  });

  it('are not needed for defaults: a REST service that fails is enough, and one that refuses is not', async () => {
    status = 503;
    expect(JSON.parse((await gateway.ask(query)).text)).toEqual({
      data: { products: products(0) },
      extensions: byDefault,
    });
    status = 403;
    expect(toErrorLines(await gateway.ask(query))).toEqual([
      'SUBGRAPH_HTTP_ERROR products.0.left',
      'SUBGRAPH_HTTP_ERROR products.1.left',
    ]);
  });
});
