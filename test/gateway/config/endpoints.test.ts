import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isRoutedByAsker, routingHeaders, toEndpointsConfig } from '../../../gateway/config/endpoints.ts';
import { loadConfig } from '../../../gateway/config/load.ts';
import { formatProblem } from '../../../gateway/config/problem.ts';
import { trafficSection } from '../../../gateway/config/traffic.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'overlock-endpoints-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Loads a configuration that says this of the subgraph `products`. */
async function load(own: string) {
  const graph = 'graph: { subgraphs: { products: { url: "http://p/graphql" } } }';
  await writeFile(join(folder, 'overlock.yaml'), `${graph}\ntraffic: { subgraphs: { products: { ${own} } } }\n`);
  return await loadConfig({ env: {}, cwd: folder });
}

it.each([
  ['endpoints: []', 'endpoints'],
  ['endpoints: [{ url: http://a, weight: 0 }]', 'weight'],
  ['endpoints: [{ url: ftp://a }]', 'must be an http:// or https:// URL'],
  [
    'endpoints: [{ url: http://me:secret@a }]',
    'holds credentials; send them as a header, by a rule of headers.toSubgraphs',
  ],
  ['balance: fastest', 'balance'],
  ['discover: [{}]', 'needs either dns, srv, file, consul or kubernetes'],
  ['discover: [{ dns: {}, file: a.yaml }]', 'needs either dns, srv, file, consul or kubernetes'],
  ['discover: [{ dns: { servers: [dns.test] } }]', 'must be an IP address'],
  ['discover: [{ consul: { service: p, wait: 1h } }]', 'must be at most 10m'],
  ['groups: { sticky: { header: x-a, claim: sub } }', 'needs either identity, header, claim or variable'],
  ['groups: { rules: [{ group: default }] }', 'needs when or headers'],
  ['groups: { rules: [{ group: default, when: "args.id == 1" }] }', 'may speak of identity and client only'],
  ['groups: { rules: [{ group: default, when: "client.name ==" }] }', 'is not a CEL expression'],
  ['health: { path: health }', 'must be a path such as /health'],
])('refuses %s', async (own, message) => {
  const outcome = await load(own);
  expect(outcome.kind === 'loaded' ? [] : outcome.problems.map(formatProblem)).toEqual([
    expect.stringContaining(message),
  ]);
});

it('takes files from the folder of the configuration', async () => {
  const outcome = await load('discover: [{ file: list.yaml }, { kubernetes: { service: p, tokenFile: token } }]');
  const discover = outcome.kind === 'loaded' ? outcome.config.traffic.subgraphs['products']?.discover : undefined;
  expect(discover?.map(({ file, kubernetes }) => file ?? kubernetes?.tokenFile)).toEqual([
    join(folder, 'list.yaml'),
    join(folder, 'token'),
  ]);
});

it('puts what is said of one subgraph over what is said of all, key by key', () => {
  const { all, subgraphs } = trafficSection.parse({
    all: { balance: 'weighted', zone: 'eu', slowStart: '1s', ejection: { failures: 2, time: '1s' } },
    subgraphs: { products: { zone: 'us', ejection: { failures: 9 } } },
  });
  expect(toEndpointsConfig(all, undefined)).toMatchObject({ balance: 'weighted', zone: 'eu', slowStart: 1_000 });
  expect(toEndpointsConfig(all, subgraphs['products'])).toMatchObject({
    balance: 'weighted',
    zone: 'us',
    ejection: { enabled: true, failures: 9, time: 1_000, maxShare: 0.5 },
  });
});

it('knows by what of clients endpoints are chosen', () => {
  const routes = (products: object, all: object = {}) => {
    const traffic = trafficSection.parse({ all, subgraphs: { products } });
    return [isRoutedByAsker(traffic), ...routingHeaders(traffic, { nameHeader: 'x-name', versionHeader: 'x-version' })];
  };
  expect(routes({ balance: 'weighted' })).toEqual([false]);
  expect(routes({}, { balance: 'consistent-hash' })).toEqual([true]);
  expect(routes({ balance: 'consistent-hash', hashBy: { header: 'X-A' } })).toEqual([true, 'x-a']);
  expect(routes({ groups: { rules: [{ group: 'g', when: 'true' }] } })).toEqual([true, 'x-name', 'x-version']);
  expect(routes({ groups: { sticky: { header: 'x-b' }, rules: [{ group: 'g', headers: { 'X-C': '1' } }] } })).toEqual([
    true,
    'x-c',
    'x-b',
  ]);
});
