import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override", "@shareable"])';

let services: readonly ServedSubgraph[];
let gateway: TestGateway;

/** Answers with its name for each field. */
const serve = (name: string, fields: string) =>
  serveSubgraph({
    name,
    sdl: `${link} type Query { ${fields} }`,
    resolvers: {
      Query: { price: () => name, stock: () => name, rating: () => name, old: () => name, own: () => name },
    },
  });

beforeAll(async () => {
  services = [
    await serve('monolith', 'price: String stock: String rating: String old: String'),
    await serve(
      'service',
      `price: String @override(from: "monolith", label: "price")
       stock: String @override(from: "monolith", label: "stock")
       rating: String @override(from: "monolith", label: "rating")
       own: String`,
    ),
  ];
  const subgraphs = Object.fromEntries(services.map(({ name, url }) => [name, { kind: 'federation', url }]));
  gateway = await startTestGateway(
    toConfig({
      graph: { subgraphs },
      identity: { jwt: [issuer], trustedProxies: ['127.0.0.1'] },
      traffic: { operation: { dedupe: true } },
      queryPlan: true,
      overrides: {
        labels: [
          { label: 'price', headers: { 'x-beta': '1' } },
          { label: 'price', claims: { team: 'core' } },
          { label: 'stock', when: "client.name == 'ios' && identity.kind == 'jwt'" },
          { label: 'rating', share: '50%' },
          { label: 'prize', share: '50%' },
        ],
      },
    }),
  );
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all(services.map(({ close }) => close()));
});

async function tokenOf(claims: Record<string, unknown>): Promise<string> {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject('ada')
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
  return `Bearer ${token}`;
}

const query = '{ price stock old }';
const answerTo = async (headers: Record<string, string>) => (await gateway.ask(query, undefined, { headers })).data;

it('move fields for whom their conditions are met, also while others ask the same at the same time', async () => {
  const core = await tokenOf({ team: 'core' });
  const asked: readonly (readonly [Record<string, string>, string, string])[] = [
    [{}, 'monolith', 'monolith'],
    [{ 'x-beta': '1' }, 'service', 'monolith'],
    [{ 'x-beta': '2' }, 'monolith', 'monolith'],
    [{ authorization: core }, 'service', 'monolith'],
    [{ authorization: core, 'apollographql-client-name': 'ios' }, 'service', 'service'],
    [{ authorization: await tokenOf({ team: 'other' }), 'apollographql-client-name': 'ios' }, 'monolith', 'service'],
    [{ 'apollographql-client-name': 'ios' }, 'monolith', 'monolith'],
  ];
  for (let time = 0; time < 3; time++) {
    const answers = await Promise.all(asked.map(([headers]) => answerTo(headers)));
    expect(answers).toEqual(asked.map(([, price, stock]) => ({ price, stock, old: 'monolith' })));
  }
});

it('move fields for a share of those who ask, always the same ones', async () => {
  const ratings = async () => {
    const addresses = Array.from({ length: 40 }, (_, index) => `198.51.100.${index}`);
    const ask = (ip: string) => gateway.ask('{ rating }', undefined, { headers: { 'x-forwarded-for': ip } });
    return (await Promise.all(addresses.map(ask))).map(({ data }) => data?.['rating']);
  };
  const first = await ratings();
  expect(new Set(first)).toEqual(new Set(['monolith', 'service']));
  expect(await ratings()).toEqual(first);
});

it('are in the plan that clients are shown', async () => {
  const planFor = async (headers: Record<string, string>) =>
    (await gateway.ask(query, undefined, { headers: { 'x-overlock-query-plan': '1', ...headers } })).text;
  expect(await planFor({})).not.toContain('service');
  expect(await planFor({ 'x-beta': '1' })).toContain('service');
});

it('are told to operators when the supergraph has none of that name', () => {
  expect(gateway.lines).toContainEqual({
    level: 'error',
    message: 'Labels in "overrides" are of no field of the supergraph.',
    fields: { labels: ['prize'] },
  });
});
