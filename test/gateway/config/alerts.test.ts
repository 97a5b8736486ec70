import { expect, it } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

/** Each problem of a file with this section, as its path and message. */
async function problemsOf(alerts: string, more = ''): Promise<readonly string[]> {
  const folder = await createTemporaryFolder();
  try {
    const graph = 'graph: { subgraphs: { products: { url: http://127.0.0.1:1 } } }';
    const file = await folder.write('overlock.yaml', `${graph}\nalerts: ${alerts}\n${more}\n`);
    const loaded = await loadConfig({ file, env: {}, cwd: folder.path });
    return loaded.kind === 'loaded' ? [] : loaded.problems.map(({ path, message }) => `${path} ${message}`);
  } finally {
    await folder.remove();
  }
}

const schema = '{ name: schema, kind: schema }';

it.each([
  ['no alerts', '{}', []],
  ['a rule of each kind of scope', '{ rules: [{ name: a, kind: errorRate, above: 5%, by: subgraph }] }', []],
  [
    'one scope only',
    '{ rules: [{ name: a, kind: errorRate, above: 5%, by: client, operation: Cart }] }',
    ['alerts.rules[0] must have only one of operation, client, subgraph and by'],
  ],
  [
    'subgraphs that are there',
    '{ slos: [{ name: a, objective: 99%, subgraph: product }] }',
    ['alerts.slos[0].subgraph names a subgraph that is not in graph.subgraphs; did you mean products?'],
  ],
  [
    'names once',
    `{ rules: [${schema}], slos: [{ name: schema, objective: 99% }] }`,
    ['alerts.rules must give each rule and each objective a name of its own'],
  ],
  [
    'objectives that leave something over',
    '{ slos: [{ name: a, objective: 100% }] }',
    ['alerts.slos[0].objective must be from 50% to 99.9999%'],
  ],
  [
    'latencies that are told apart',
    '{ slos: [{ name: a, objective: 99%, latency: 300ms }, { name: b, objective: 99%, latency: 500ms }] }',
    ['alerts.slos[0].latency must be 1ms, 5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2.5s, 5s or 10s'],
  ],
  [
    'latencies that can be measured',
    '{ rules: [{ name: a, kind: latency, above: 30s }] }',
    ['alerts.rules[0].above must be 10s at most'],
  ],
  ['an interval that is no load', '{ every: 100ms }', ['alerts.every must be from 1s to 5m']],
  [
    'secrets that are secret',
    '{ notify: [{ kind: webhook, url: "https://a.test", secret: short }] }',
    ['alerts.notify[0].secret must be base64 of at least 24 bytes, with whsec_ before it or not'],
  ],
])('takes %s', async (_what, alerts, problems) => {
  expect(await problemsOf(alerts)).toEqual(problems);
});

it('takes alerts only where something is counted', async () => {
  const off = 'telemetry: { metrics: { prometheus: false } }';
  expect(await problemsOf(`{ rules: [${schema}] }`, off)).toEqual([
    'telemetry.metrics.prometheus is needed for alerts: without metrics there is nothing to look at',
  ]);
  expect(await problemsOf('{}', off)).toEqual([]);
  const sent = 'telemetry: { metrics: { prometheus: false, otlp: http://127.0.0.1:4318 } }';
  expect(await problemsOf(`{ rules: [${schema}] }`, sent)).toEqual([]);
});
