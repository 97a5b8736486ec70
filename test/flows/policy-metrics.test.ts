import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret, tier: 'plan' };
const imports = 'import: ["@key", "@authenticated", "@requiresScopes"]';
const directives = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", ${imports})
  directive @authenticated on FIELD_DEFINITION | OBJECT
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT`;

describe('what policies decide', () => {
  let subgraphs: readonly ServedSubgraph[];
  let folder: TemporaryFolder;
  let telemetry: Telemetry;
  const started: TestGateway[] = [];
  beforeAll(async () => {
    const products = await serveSubgraph({
      name: 'products',
      sdl: `${directives}
        type Query { products(first: Int, ids: [ID]): [Product] secret: String @authenticated }
        type Product @key(fields: "id") { id: ID! cost: Int @requiresScopes(scopes: [["staff"]]) }`,
      resolvers: {
        Query: {
          products: () => [
            { id: '1', cost: 3 },
            { id: '2', cost: 4 },
          ],
          secret: () => 's',
        },
      },
    });
    const reviews = await serveSubgraph({
      name: 'reviews',
      sdl: `${directives} type Product @key(fields: "id") { id: ID! reviews: [Review] } type Review { text: String }`,
      resolvers: { Product: { __resolveReference: (key: object) => ({ ...key, reviews: [{ text: 'good' }] }) } },
    });
    subgraphs = [products, reviews];
    folder = await createTemporaryFolder();
    const { output } = createStubOutput();
    telemetry = await createTelemetry(toConfig({ graph: { supergraph: 'none' } }).telemetry, { output });
  });
  afterAll(async () => {
    await Promise.all([...started.map(({ stop }) => stop()), ...subgraphs.map(({ close }) => close())]);
    await telemetry.shutdown();
    await folder.remove();
  });

  /** Gateways that report to the same telemetry. */
  async function start(sections: Record<string, unknown>): Promise<TestGateway> {
    const described = subgraphs.map(({ name, url }) => [name, { kind: 'federation', url }]);
    const graph = { subgraphs: Object.fromEntries(described) };
    const gateway = await startTestGateway(toConfig({ graph, identity: { jwt: [issuer] }, ...sections }), telemetry);
    started.push(gateway);
    return gateway;
  }

  /** The series of a metric that are not zero and were not there before `run`, without their name. */
  async function counted(gateway: TestGateway, name: string, run: () => Promise<unknown>): Promise<readonly string[]> {
    const read = async () => {
      const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
      return text.split('\n').filter((line) => line.startsWith(`${name}{`) && !line.includes('_bucket'));
    };
    const before = await read();
    await run();
    const added = (await read()).filter((line) => !before.includes(line));
    return added.map((line) => line.slice(name.length)).toSorted();
  }

  const denials = 'overlock_policy_denials_total';
  const label = (policy: string, code: string, outcome: string) =>
    `{policy="${policy}",code="${code}",outcome="${outcome}"} 1`;
  const deep = `{ products(ids: ${'['.repeat(21)}${']'.repeat(21)}) { id } }`;

  it.each<[string, Record<string, unknown>, string, string]>([
    ['a limit', { limits: { depth: 1 } }, '{ products { id } }', label('limits', 'MAX_DEPTH_LIMIT', 'refused')],
    ['a limit of values', {}, deep, label('limits', 'MAX_INPUT_DEPTH_LIMIT', 'refused')],
    [
      'no introspection',
      { introspection: false },
      '{ __schema { description } }',
      label('introspection', 'INTROSPECTION_DISABLED', 'refused'),
    ],
    ['the cost', { cost: { limit: 1 } }, '{ products { id } }', label('cost', 'COST_LIMIT_EXCEEDED', 'refused')],
    [
      'the cost, measured',
      { cost: { limit: 1, mode: 'measure' } },
      '{ products { id } }',
      label('cost', 'COST_LIMIT_EXCEEDED', 'measured'),
    ],
    [
      'the rate',
      { rateLimit: { rules: [{ per: 'ip', fields: 'Query.*', limit: '1/min' }] } },
      '{ a: secret b: secret }',
      label('rate-limit', 'RATE_LIMITED', 'refused'),
    ],
    ['authorization', {}, '{ secret }', label('authorization', 'UNAUTHENTICATED', 'refused')],
    [
      'authorization that filters',
      { authorization: { mode: 'filter' } },
      '{ secret products { id } }',
      label('authorization', 'FORBIDDEN', 'withheld'),
    ],
    [
      'authorization, in a dry run',
      { authorization: { dryRun: true } },
      '{ secret }',
      label('authorization', 'UNAUTHENTICATED', 'measured'),
    ],
  ])('is counted by policy and code: %s', async (_, sections, query, line) => {
    const gateway = await start(sections);
    expect(await counted(gateway, denials, () => gateway.ask(query))).toEqual([line]);
    expect(await counted(gateway, denials, () => gateway.ask('{ __typename }'))).toEqual([]);
  });

  it('is counted of variables and of documents that are not trusted, each time', async () => {
    const manifest = await folder.write('documents.json', JSON.stringify({ known: '{ products { id } }' }));
    const auditing = await start({ documents: { mode: 'audit', manifest }, limits: { listLength: 2 } });
    const query = 'query ($ids: [ID]) { products(ids: $ids) { id } }';
    const lines = await counted(auditing, denials, async () => {
      await auditing.ask('{ products { id } }');
      await auditing.ask(query, { ids: ['1', '2', '3'] });
      await auditing.ask(query, { ids: ['1', '2'] });
    });
    expect(lines).toEqual([
      '{policy="documents",code="TRUSTED_DOCUMENT_REQUIRED",outcome="measured"} 2',
      label('limits', 'MAX_LIST_LENGTH_LIMIT', 'refused'),
    ]);
    const enforcing = await start({ documents: { mode: 'enforce', manifest } });
    expect(await counted(enforcing, denials, () => enforcing.ask(query))).toEqual([
      label('documents', 'TRUSTED_DOCUMENT_REQUIRED', 'refused'),
    ]);
  });

  it('is told of costs, by tiers of the configuration and by subgraphs with a limit', async () => {
    const cost = { limit: 100, tiers: { gold: 1_000 }, subgraphs: { reviews: 30 }, report: true };
    const gateway = await start({ cost });
    const token = await new SignJWT({ plan: 'gold' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer.issuer)
      .setAudience('shop')
      .setSubject('ada')
      .setExpirationTime('5m')
      .sign(Buffer.from(secret));
    const gold = { headers: { authorization: `Bearer ${token}` } };
    const query = (first: number) => `{ products(first: ${first}) { id reviews { text } } }`;

    const estimates = await counted(gateway, 'overlock_operation_cost_estimated_sum', async () => {
      const allowed = await gateway.ask(query(3), {}, gold);
      expect(allowed.data).toMatchObject({ products: [{ reviews: [{ text: 'good' }] }, { id: '2' }] });
      expect(JSON.parse(allowed.text).extensions.cost).toEqual({
        estimated: 33,
        actual: 4,
        limit: 1_000,
        subgraphs: { reviews: { estimated: 30, limit: 30 } },
      });
      const headers = ['x-cost-estimated', 'x-cost-actual', 'x-cost-limit'].map((name) => allowed.headers.get(name));
      expect(headers).toEqual(['33', '4', '1000']);
      for (const { requests } of subgraphs) requests.length = 0;
      const refused = await gateway.ask(query(4));
      expect([refused.status, refused.errors[0]?.extensions]).toEqual([
        400,
        { code: 'COST_LIMIT_EXCEEDED', cost: { subgraph: 'reviews', estimated: 40, limit: 30 } },
      ]);
      expect(refused.errors[0]?.message).toContain('the subgraph "reviews" is estimated to cost 40');
      expect(subgraphs.flatMap(({ requests }) => requests)).toEqual([]);
    });
    expect(estimates).toEqual([expect.stringMatching(/^\{tier="default"\} \d+$/), '{tier="gold"} 33']);
    const actual = await counted(gateway, 'overlock_operation_cost_actual_sum', () => gateway.ask(query(1)));
    expect(actual).toEqual([expect.stringMatching(/^\{tier="default"\} \d+$/)]);
  });
});
