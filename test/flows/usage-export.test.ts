import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { adminToken, type RegistryProcess, startRegistry } from '../support/registry-process.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const shop = {
  name: 'shop',
  sdl: 'type Query { products: [Product!] broken: Int } type Product { name: String }',
  resolvers: {
    Query: {
      products: () => [{ name: 'Lamp' }],
      broken: () => {
        throw new Error('It is broken.');
      },
    },
  },
};
const graph = 'shop@production';
const asked = (client: string, country: string): RequestInit => ({
  headers: { 'apollographql-client-name': client, 'cf-ipcountry': country },
});

describe('overlock usage export', () => {
  let folder: TemporaryFolder;
  let registry: RegistryProcess;
  let service: ServedSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    [registry, service] = await Promise.all([startRegistry(`${folder.path}/data`), serveSubgraph(shop)]);
    const at = '/v1/graphs/shop/production';
    const body = { kind: 'federation', url: service.url, sdl: shop.sdl };
    expect(await registry.ask(`PUT ${at}/subgraphs/shop`, { body })).toMatchObject({ status: 200 });
    gateway = await startTestGateway(
      toConfig({
        graph: { registry: { url: registry.url, graph, token: adminToken, cache: false, usage: { every: '1h' } } },
        identity: { trustedProxies: ['127.0.0.0/8'] },
        telemetry: { usage: { country: { header: 'cf-ipcountry' } } },
        rateLimit: { rules: [{ name: 'daily', per: 'ip', quota: '10/day' }] },
      }),
    );
    await gateway.ask('query Products { products { name } }', {}, asked('=ios', 'DE'));
    await gateway.ask('query Products { products { name } }', {}, asked('web', 'DE'));
    await gateway.ask('query Broken { broken }', {}, asked('web', 'FR'));
    await gateway.ask('{ nothing }', {}, asked('web', 'FR'));
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop();
    await Promise.all([registry?.end(), service?.close()]);
    await folder.remove();
  });

  async function run(...args: string[]) {
    const { terminal, written } = createFakeTerminal();
    const code = await runCommandLine(['usage', 'export', ...args], terminal);
    return { code, ...written };
  }
  const rowsOf = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));

  it('writes the last hour from the memory of a gateway, and says so', async () => {
    const { code, stdout, stderr } = await run('--by', 'country', '--format', 'json', '--admin', gateway.adminUrl);
    expect(stderr).toMatch(
      /^These are the requests since \d.*, from the memory of a gateway, .* name it with --registry\.\n$/,
    );
    expect(code).toBe(0);
    expect(rowsOf(stdout)).toMatchObject([
      { country: 'DE', requests: 2, errors: 0 },
      { country: 'FR', requests: 2, errors: 2 },
    ]);
  });

  it.each([
    [['--by', 'field'], /^error: Only a registry knows/],
    [['--from', '2026-01-01'], /^error: A gateway has the last hour only/],
    [
      ['--registry', 'http://127.0.0.1:1', '--from', 'then', '--token', 'x', '--graph', graph],
      /^error: --from must be a day/,
    ],
  ])('refuses %j', async (args, message) => {
    const { code, stderr, stdout } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('writes what a registry has kept, as rows of the same columns', { timeout: 30_000 }, async () => {
    // It tells what is left when it ends.
    await gateway.stop();
    const from = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const at = ['--registry', registry.url, '--token', adminToken, '--graph', graph, '--from', from, '--step', 'total'];
    const clients = await vi.waitFor(
      async () => {
        const exported = await run(...at);
        expect(exported.stdout).toMatch(/ios/);
        return exported;
      },
      { timeout: 10_000, interval: 100 },
    );
    expect(clients).toMatchObject({ code: 0, stderr: '' });
    const [head = '', ...lines] = clients.stdout.trim().split('\r\n');
    expect(head).toBe('from,to,client,requests,errors,cost,bytes,quotaUsed,p50Ms,p95Ms,p99Ms');
    const cells = lines.map((line) => line.split(','));
    expect(cells.map(([, , client, requests, errors, , , quota]) => [client, requests, errors, quota])).toEqual([
      ['web', '3', '2', '0.3'],
      ["'=ios", '1', '0', '0.1'],
    ]);
    const operations = rowsOf((await run(...at, '--by', 'operation', '--format', 'json')).stdout);
    expect(operations.map(({ operationName, requests, errors }) => [operationName, requests, errors])).toEqual([
      ['Products', 2, 0],
      ['', 1, 1],
      ['Broken', 1, 1],
    ]);
    for (const row of operations) {
      expect(row).toMatchObject({ bytes: expect.any(Number), cost: expect.any(Number), p99Ms: expect.any(Number) });
    }
    const fields = rowsOf((await run(...at, '--by', 'field', '--format', 'json')).stdout);
    expect(fields.map(({ field, requests }) => [field, requests])).toEqual([
      ['Product.name', 2],
      ['Query.products', 2],
      ['Query.broken', 1],
    ]);
    const hours = rowsOf((await run(...at.slice(0, -1), 'hour', '--by', 'country', '--format', 'json')).stdout);
    expect(hours.map(({ country }) => country).toSorted()).toEqual(['DE', 'FR']);
  });
});
