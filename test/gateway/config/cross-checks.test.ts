import { expect, it } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

/** Each problem of a file with these lines, as its path and message. */
async function problemsOf(yaml: string, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const folder = await createTemporaryFolder();
  try {
    const subgraphs = 'graph: { subgraphs: { products: { url: http://127.0.0.1:1 } } }';
    const file = await folder.write('overlock.yaml', yaml.includes('graph: {') ? yaml : `${subgraphs}\n${yaml}\n`);
    const loaded = await loadConfig({ file, env, cwd: folder.path });
    return loaded.kind === 'loaded' ? [] : loaded.problems.map(({ path, message }) => `${path} ${message}`);
  } finally {
    await folder.remove();
  }
}

const rule = 'faults: { rules: [{ delay: 1s }] }';
const production = { NODE_ENV: 'production' };

it.each([
  ['faults anywhere but in production', rule, { NODE_ENV: 'test' }, []],
  [
    'no faults in production',
    rule,
    production,
    ['faults.rules are refused, as NODE_ENV is production: take them out, or set faults.inProduction to true'],
  ],
  ['them where it is said', 'faults: { inProduction: true, rules: [{ delay: 1s }] }', production, []],
  ['a section without any', 'faults: { rules: [] }', production, []],
  [
    'no rule without a fault',
    'faults: { rules: [{ share: 1% }] }',
    {},
    ['faults.rules[0] needs delay, error or abort'],
  ],
  [
    'one way to fail',
    'faults: { rules: [{ error: SUBGRAPH_TIMEOUT, abort: client }] }',
    {},
    ['faults.rules[0] must not have both error and abort'],
  ],
  [
    'a status for an HTTP error alone',
    'faults: { rules: [{ error: SUBGRAPH_TIMEOUT, status: 503 }] }',
    {},
    ['faults.rules[0].status is only for error: SUBGRAPH_HTTP_ERROR'],
  ],
  [
    'subgraphs that are there',
    'faults: { rules: [{ subgraphs: [product], delay: 1s }] }',
    {},
    ['faults.rules[0].subgraphs[0] names a subgraph that is not in graph.subgraphs; did you mean products?'],
  ],
  [
    'groups that endpoints are in',
    `traffic: { subgraphs: { products: { endpoints: [{ url: http://a, group: shadow }, { url: http://b }], mirror: { group: shadow },
      canary: { group: shadow, baseline: default } } } }`,
    {},
    ['traffic.subgraphs.products.canary names the group shadow, which no endpoint is in'],
  ],
  [
    'them for copies and by default',
    'traffic: { subgraphs: { products: { endpoints: [{ url: http://a, group: canary }], mirror: { group: shade }, canary: {} } } }',
    {},
    [
      'traffic.subgraphs.products.mirror names the group shade, which no endpoint is in',
      'traffic.subgraphs.products.canary names the group stable, which no endpoint is in',
    ],
  ],
  [
    'them for weights and rules',
    `traffic: { subgraphs: { products: { endpoints: [{ url: http://a, group: stable }, { url: http://b, group: shade }, { url: http://c }],
      mirror: { group: shade }, groups: { weights: { stable: 95, cannary: 5, shade: 1 },
      rules: [{ group: default, headers: { x-a: '1' } }, { group: beta, headers: { x-b: '1' } }] } } } }`,
    {},
    [
      'traffic.subgraphs.products.groups.weights.cannary names a group that no endpoint is in',
      'traffic.subgraphs.products.groups.weights.shade names a group that no endpoint is in',
      'traffic.subgraphs.products.groups.rules[1].group names a group that no endpoint is in',
    ],
  ],
  [
    'any group where endpoints are looked up',
    `traffic: { subgraphs: { products: { discover: [{ dns: {} }], mirror: { group: shade }, canary: {},
      groups: { weights: { beta: 1 }, rules: [{ group: beta, headers: { x-b: '1' } }] } } } }`,
    {},
    [],
  ],
  [
    'consistent hashing where there is something that it goes by',
    'traffic: { all: { balance: consistent-hash }, subgraphs: { products: { hashBy: { header: x-a } } } }',
    {},
    [],
  ],
  [
    'nothing to hash by for other ways of balancing',
    'traffic: { all: { balance: consistent-hash }, subgraphs: { products: { balance: weighted, hashBy: { header: x-a } } } }',
    {},
    ['traffic.subgraphs.products.hashBy needs balance: consistent-hash; without it nothing is chosen by it'],
  ],
  [
    'variables for GraphQL services alone',
    `traffic: { subgraphs: { shipping: { balance: consistent-hash, hashBy: { variable: upc }, groups: { sticky: { variable: upc } } },
      products: { groups: { sticky: { variable: upc } } } } }
graph: { subgraphs: { products: { url: http://127.0.0.1:1 }, shipping: { url: http://127.0.0.1:2, openapi: a.yaml } } }`,
    {},
    [
      'traffic.subgraphs.shipping.hashBy.variable must not be used for a REST service, whose requests have no variables',
      'traffic.subgraphs.shipping.groups.sticky.variable must not be used for a REST service, whose requests have no variables',
    ],
  ],
  [
    'steps that grow, two groups, and one place for copies',
    'traffic: { subgraphs: { products: { canary: { steps: [50%, 5%], baseline: canary }, mirror: { url: http://a, group: b } } } }',
    {},
    [
      'traffic.subgraphs.products.canary names the group canary, which no endpoint is in',
      'traffic.subgraphs.products.canary.steps must be growing shares above 0%',
      'traffic.subgraphs.products.canary.baseline must be another group than the one that is tried',
      'traffic.subgraphs.products.mirror needs either group or url',
      'traffic.subgraphs.products.mirror names the group b, which no endpoint is in',
    ],
  ],
  [
    'defaults and conditions of labels for the compiled engine alone',
    'engine: stitched\ntraffic: { fallback: { defaults: [{ field: A.b, value: 1 }] } }\noverrides: { labels: [a, { label: b, share: 1% }] }',
    {},
    [
      'traffic.fallback.defaults needs engine: compiled, as the stitched engine knows no defaults',
      'overrides.labels[1] needs engine: compiled, as the stitched engine knows no conditions of labels',
    ],
  ],
  [
    'defaults for fields alone',
    'traffic: { fallback: { defaults: [{ field: A.b }, { field: A, value: 1 }] } }',
    {},
    ['traffic.fallback.defaults[1].field must be a field such as Product.inStock'],
  ],
  [
    'a default with any value, and one without, which is null',
    'traffic: { fallback: { defaults: [{ field: A.b, value: null }, { field: A.c, value: { d: [1] } }] } }',
    {},
    [],
  ],
  [
    'Idempotency-Keys in memory where there are several workers, which share it',
    'listen: { workers: 2 }\nidempotency: { enabled: true }',
    {},
    [],
  ],
] as const)('takes %s', async (_what, yaml, env, expected) => {
  expect(await problemsOf(yaml, env)).toEqual(expected);
});
