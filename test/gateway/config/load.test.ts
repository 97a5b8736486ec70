import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigLoad, loadConfig } from '../../../gateway/config/load.ts';
import type { LoadOptions } from '../../../gateway/config/load-options.ts';
import { formatProblem } from '../../../gateway/config/problem.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'overlock-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

let folders = 0;

/** Writes files into a fresh folder and loads the configuration there. */
async function load(files: Readonly<Record<string, string | Buffer>>, options: Partial<LoadOptions> = {}) {
  const cwd = join(folder, String(folders++));
  await mkdir(cwd);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
  return { cwd, outcome: await loadConfig({ env: {}, cwd, ...options }) };
}

async function loadYaml(yaml: string, options: Partial<LoadOptions> = {}) {
  return (await load({ 'overlock.yaml': yaml }, options)).outcome;
}

function configOf(outcome: ConfigLoad) {
  expect(problemsOf(outcome)).toEqual([]);
  if (outcome.kind !== 'loaded') throw new Error('not loaded');
  return outcome.config;
}

function problemsOf(outcome: ConfigLoad): readonly string[] {
  return outcome.kind === 'loaded' ? [] : outcome.problems.map(formatProblem);
}

const graph = 'graph: { subgraphs: { a: { url: "http://a.test/graphql" }, b: { url: "http://b.test/graphql" } } }\n';

describe('a configuration without problems', () => {
  it('has every default filled in, durations in milliseconds and sizes in bytes', async () => {
    const config = configOf(await loadYaml(`${graph}listen: { drainTimeout: 1.5s, urlBytes: 2kb }`));
    expect(config.listen).toMatchObject({ host: '127.0.0.1', port: 4000, drainTimeout: 1_500, urlBytes: 2_048 });
    expect(config.traffic.all).toMatchObject({ timeout: 10_000, responseBytes: 10 * 1024 ** 2 });
    expect(config.telemetry).toMatchObject({ service: 'overlock', metrics: { prometheus: true } });
  });

  it('takes an empty section for one that is left out', async () => {
    const config = configOf(await loadYaml(`${graph}listen:\nheaders:\n  toSubgraphs: ~\n`));
    expect(config.listen.port).toBe(4000);
    expect(config.headers.toSubgraphs).toEqual([]);
  });

  it('gives a subgraph without kind the kind rest when it has openapi, else federation', async () => {
    const yaml = 'graph: { subgraphs: { a: { url: "http://a" }, b: { url: "http://b", openapi: b.yaml } } }';
    const { subgraphs } = configOf(await loadYaml(yaml)).graph;
    expect(subgraphs?.['a']?.kind).toBe('federation');
    expect(subgraphs?.['b']?.kind).toBe('rest');
  });

  it('resolves paths of schemas against its own folder, and leaves URLs alone', async () => {
    const files = {
      'conf/o.yaml': `graph: { subgraphs: {
        a: { url: "http://a", schema: a.graphql }, b: { url: "http://b", openapi: { file: ../b.json } } } }`,
      'conf/url.yaml': 'graph: { supergraph: "https://cdn.test/s.graphql" }',
      'conf/file.yaml': 'graph: { supergraph: { file: s.graphql } }',
    };
    const { cwd, outcome } = await load(files, { file: 'conf/o.yaml' });
    expect(configOf(outcome).graph.subgraphs).toMatchObject({
      a: { schema: join(cwd, 'conf/a.graphql') },
      b: { openapi: join(cwd, 'b.json') },
    });
    const supergraph = async (file: string) => configOf(await loadConfig({ file, cwd, env: {} })).graph.supergraph;
    expect(await supergraph('conf/url.yaml')).toBe('https://cdn.test/s.graphql');
    expect(await supergraph('conf/file.yaml')).toBe(join(cwd, 'conf/s.graphql'));
  });

  it('keeps names such as constructor apart from the members of every object', async () => {
    const config = configOf(await loadYaml('graph: { subgraphs: { constructor: { url: "http://a" } } }'));
    expect(config.graph.subgraphs?.['constructor']?.url).toBe('http://a');
    expect(config.graph.subgraphs?.['toString']).toBeUndefined();
    expect(config.traffic.subgraphs['constructor']).toBeUndefined();
  });

  it('follows aliases', async () => {
    const config = configOf(await loadYaml(`${graph}traffic: { all: { timeout: &t 3s, connectTimeout: *t } }`));
    expect(config.traffic.all).toMatchObject({ timeout: 3_000, connectTimeout: 3_000 });
  });
});

describe('the environment', () => {
  it.each([
    ['a variable', `\${A}`, { A: 'x' }, 'x'],
    ['several in one value', `\${A}-\${B}!`, { A: 'x', B: 'y' }, 'x-y!'],
    ['a default for a missing variable', `\${A:-x y}`, {}, 'x y'],
    ['a default for an empty variable', `\${A:-x}`, { A: '' }, 'x'],
    ['an empty default', `\${A:-}`, {}, ''],
    ['an empty variable without default', `\${A}`, { A: '' }, ''],
    ['an escape', `$\${A} \${A}`, { A: 'x' }, `\${A} x`],
    ['a variable that looks like a reference, once', `\${A}`, { A: `\${B}` }, `\${B}`],
    ['text that looks like a number where text is wanted', `\${A}`, { A: '42' }, '42'],
    ['only what stands in the environment itself', `\${toString:-x}`, {}, 'x'],
  ])('puts in %s', async (_case, value, env, title) => {
    expect(configOf(await loadYaml(`${graph}graphiql: { title: "${value}" }`, { env })).graphiql.title).toBe(title);
  });

  it('may give numbers and booleans where they are wanted', async () => {
    const yaml = `${graph}listen: { port: "\${P}" }\ngraphiql: { enabled: "\${ON:-false}" }\nlimits: { depth: "\${D}" }`;
    const config = configOf(await loadYaml(yaml, { env: { P: '8080', D: '7' } }));
    expect([config.listen.port, config.graphiql.enabled, config.limits.depth]).toEqual([8080, false, 7]);
  });

  const malformed = `has a \${ that is not \${NAME} or \${NAME:-default}; $\${ stands for \${ itself`;
  it.each([
    ['a missing variable', `\${NOPE}`, 'needs the environment variable NOPE, which is not set'],
    ['a reference that is not closed', `\${NOPE`, malformed],
    ['a name that is none', `\${a.b}`, malformed],
  ])('is told of %s once', async (_case, value, message) => {
    const outcome = await loadYaml(`${graph}listen:\n  port: "${value}"`);
    expect(problemsOf(outcome)).toEqual([`overlock.yaml:3:9 listen.port ${message}`]);
  });

  it('is told where quotes are missing', async () => {
    expect(problemsOf(await loadYaml(`${graph}listen: { port: \${PORT} }`))).toEqual([
      `overlock.yaml:2:18 Inside { } and [ ] a value with \${...} needs quotes around it: "\${NAME}".`,
    ]);
  });
});

describe('references to files', () => {
  it('are replaced by the contents without the final newline, and are listed as read', async () => {
    const yaml = `${graph}headers: { toSubgraphs: [{ set: { x-a: { file: s/a }, x-b: { file: "\${B}" } } }] }`;
    const { cwd, outcome } = await load({ 'overlock.yaml': yaml, 's/a': 'one\r\n', b: 'two' }, { env: { B: 'b' } });
    expect(configOf(outcome).headers.toSubgraphs[0]?.set).toEqual({ 'x-a': 'one', 'x-b': 'two' });
    expect(outcome.files).toEqual(['overlock.yaml', 's/a', 'b'].map((name) => join(cwd, name)));
  });

  it('are no references where a mapping is wanted', async () => {
    const config = configOf(await loadYaml(`${graph}headers: { toSubgraphs: [{ set: { file: a.txt } }] }`));
    expect(config.headers.toSubgraphs[0]?.set).toEqual({ file: 'a.txt' });
  });

  it('are problems when the file cannot be had', async () => {
    const { outcome } = await load({
      'overlock.yaml': `${graph}cors:\n  origins:\n${['missing', 'folder', 'large', 'binary'].map((name) => `    - { file: ${name} }\n`).join('')}`,
      'folder/x': '',
      large: Buffer.alloc(1024 * 1024 + 1),
      binary: Buffer.from([0xff, 0xfe]),
    });
    expect(problemsOf(outcome)).toEqual([
      'overlock.yaml:4:7 cors.origins[0] names the file "missing", which does not exist',
      'overlock.yaml:5:7 cors.origins[1] names the file "folder", which is a folder',
      'overlock.yaml:6:7 cors.origins[2] names the file "large", which is larger than 1048576 bytes',
      'overlock.yaml:7:7 cors.origins[3] names the file "binary", which is not UTF-8 text',
    ]);
  });
});

describe('a configuration with problems', () => {
  it('is told all of them at once, in the order of the file, each with line, column and path', async () => {
    const yaml = `listen:
  port: "80"
  tls: { cert: a.pem }
  hots: 0.0.0.0
admin: { port: 4000 }
graph:
  poll: 5x
  subgraphs:
    reviews: { url: "ftp://x" }
    Reviews: { url: "http://x" }
    products:
      url: http://x
      entities: {}
    orders: { openapi: a.yaml }
    1bad: { url: http://x }
    users: { kind: soap, url: http://x }
    __proto__: { url: http://x }
    reviews: { url: http://x }
engine: compield
identity: { jwt: "\${NOPE}" }
cors: { origins: "*", credentials: true, maxAge: 3 }
headers:
  toSubgraphs:
    - set: { x-a: "a\\nb", "x b": c, x-c: 5 }
      subgraphs: [produts]
traffic:
  subgraphs: { revews: {} }
  all: { timeout: 30d, connectTimeout: 0s }
introspection: { scopes: [] }
limits: { depth: 1.5, body_bytes: 1mb, batch: 101 }
telemetry: { logs: { level: loud }, traces: {} }
cost: { subgraphs: { revews: 1 } }
`;
    expect(problemsOf(await loadYaml(yaml)).map((line) => line.replace('overlock.yaml:', ''))).toEqual([
      '2:9 listen.port must be a whole number',
      '3:3 listen.tls.key is required: PEM file with its private key.',
      '4:3 listen.hots is not a known key; did you mean host?',
      '7:9 graph.poll must be a duration such as 250ms, 5s, 10m, 1h or 7d',
      '9:21 graph.subgraphs.reviews.url must be an http:// or https:// URL',
      '10:5 graph.subgraphs.Reviews is too like reviews: names of subgraphs must differ by more than case, - and _',
      '13:7 graph.subgraphs.products.entities is only for kind: graphql',
      '14:5 graph.subgraphs.orders.url is required: Base URL; the paths of @rest are appended to it.',
      '15:5 graph.subgraphs.1bad must start with a letter and hold only letters, digits, - and _, at most 64',
      '16:20 graph.subgraphs.users.kind must be one of federation, graphql, rest',
      '17:5 graph.subgraphs.__proto__ is not a name that can be used',
      '18:5 graph.subgraphs.reviews is given twice',
      '19:9 engine must be one of compiled, stitched',
      '20:18 identity.jwt needs the environment variable NOPE, which is not set',
      '21:36 cors.credentials needs named origins, not "*"',
      '21:50 cors.maxAge must be a string: put it in quotes',
      '24:19 headers.toSubgraphs[0].set.x-a must hold no control characters',
      '24:27 headers.toSubgraphs[0].set["x b"] must be a header name',
      '24:42 headers.toSubgraphs[0].set.x-c must be a string: put it in quotes',
      '25:19 headers.toSubgraphs[0].subgraphs[0] names a subgraph that is not in graph.subgraphs; did you mean products?',
      '27:16 traffic.subgraphs.revews names a subgraph that is not in graph.subgraphs; did you mean reviews?',
      '28:19 traffic.all.timeout must be at most 24d',
      '28:40 traffic.all.connectTimeout must be longer than 0s',
      '29:26 introspection.scopes must not be empty',
      '30:18 limits.depth must be a whole number',
      '30:23 limits.body_bytes is not a known key; did you mean bodyBytes?',
      '30:47 limits.batch must be at most 100',
      '31:29 telemetry.logs.level must be one of trace, debug, info, warn, error, silent',
      '31:37 telemetry.traces.otlp is required: OTLP collector, for example http://127.0.0.1:4318, or :4317 for grpc.',
      '32:22 cost.subgraphs.revews names a subgraph that is not in graph.subgraphs; did you mean reviews?',
    ]);
  });

  it.each([
    ['an empty file', '', 'overlock.yaml:1:1 The file is empty: say under graph where the supergraph comes from.'],
    ['a list', '- a', 'overlock.yaml:1:1 The file must hold sections such as listen: and graph:.'],
    ['text', 'hello', 'overlock.yaml:1:1 The file must hold sections such as listen: and graph:.'],
    ['no graph', 'listen: {}', 'overlock.yaml:1:1 graph is required: Where the supergraph comes from.'],
    ['a graph of nothing', 'graph: {}', 'overlock.yaml:1:8 graph needs either subgraphs, supergraph or registry'],
    ['no subgraphs', 'graph: { subgraphs: {} }', 'overlock.yaml:1:21 graph.subgraphs must name at least one subgraph'],
    ['a quote that is not closed', 'graph: "a', 'overlock.yaml:1:10 Missing closing "quote.'],
    ['two documents', `${graph}---\n${graph}`, 'overlock.yaml:2:1 The file must hold one document, not several.'],
    ['a tag', `${graph}engine: !fast stitched`, 'overlock.yaml:2:9 Unresolved tag: !fast.'],
    ['an alias of nothing', `${graph}engine: *x`, 'overlock.yaml:2:1 engine is an alias of nothing'],
    [
      'an alias of itself',
      `${graph}limits: &x { depth: *x }`,
      'overlock.yaml:2:14 limits.depth is an alias of something that holds it',
    ],
    ['a key that is a list', `${graph}limits: { [a]: 1 }`, 'overlock.yaml:2:1 limits has a key that is not a word'],
    ['brackets without end', `graph: ${'['.repeat(5_000)}`, 'The file is nested too deeply.'],
    ['a merge key', `${graph}limits: { <<: { depth: 3 } }`, 'overlock.yaml:2:11 limits["<<"] is a merge key, which'],
    ['deep nesting', `graph: ${'['.repeat(70)}${']'.repeat(70)}`, 'is nested too deeply'],
    [
      'REST without a description',
      'graph: { subgraphs: { a: { kind: rest, url: "http://a" } } }',
      'overlock.yaml:1:26 graph.subgraphs.a needs either schema (SDL with @rest) or openapi',
    ],
    [
      'an origin with a path',
      `${graph}cors: { origins: ["https://a.test/"] }`,
      'overlock.yaml:2:19 cors.origins[0] must be an origin such as https://shop.example.com, without a path',
    ],
    [
      'headers slower than requests',
      `${graph}listen: { headersTimeout: 30s }`,
      'overlock.yaml:2:27 listen.headersTimeout must not be longer than listen.requestTimeout',
    ],
    [
      'an endpoint over the health checks',
      `${graph}listen: { path: /health/live }`,
      'overlock.yaml:2:17 listen.path must not be under /health/, where the health checks are',
    ],
    [
      'one port for two',
      `${graph}listen: { port: 9464, host: 0.0.0.0 }\nadmin: { port: 9464 }`,
      'overlock.yaml:3:16 admin.port must not be the port of listen',
    ],
  ])('says what is wrong with %s', async (_case, yaml, problem) => {
    expect(problemsOf(await loadYaml(yaml)).join('\n')).toContain(problem);
  });

  it('is refused quickly when aliases would expand without bound', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => `a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`);
    const outcome = await loadYaml(['a-1: &a-1 x', ...levels].join('\n'));
    expect(problemsOf(outcome)[0]).toBe('overlock.yaml:1:1 The file holds more than 100000 values, aliases followed.');
  });

  it('never echoes a value, and says where a bad one came from', async () => {
    const yaml = `${graph}telemetry: { logs: { level: "\${LEVEL}", format: { file: format } }, traces: { otlp: hunter2 } }`;
    const { outcome } = await load({ 'overlock.yaml': yaml, format: 'hunter2\n' }, { env: { LEVEL: 'hunter2' } });
    const problems = problemsOf(outcome);
    expect(problems.join()).not.toContain('hunter2');
    expect(problems[0]).toMatch(/level must be one of .* \(the value comes from \$\{LEVEL\}\)$/);
    expect(problems[1]).toMatch(/format must be one of json, pretty \(the value comes from the file "format"\)$/);
    expect(problems).toHaveLength(3);
    expect(problemsOf(await loadYaml('graph: "a": "hunter2"')).join()).not.toContain('hunter2');
  });
});

describe('the file', () => {
  it('is overlock.yaml, else overlock.yml, else a problem that says what to do', async () => {
    const { cwd, outcome } = await load({ 'overlock.yml': graph });
    expect(outcome).toMatchObject({ kind: 'loaded', files: [join(cwd, 'overlock.yml')] });
    await writeFile(join(cwd, 'overlock.yaml'), graph);
    expect((await loadConfig({ cwd, env: {} })).files).toEqual([join(cwd, 'overlock.yaml')]);
    expect(problemsOf((await load({})).outcome)).toEqual([
      'overlock.yaml: There is no such file here: write one, name one with --config, run a composed supergraph with --supergraph, or follow a registry with --registry.',
    ]);
  });

  it.each([
    ['missing.yaml', 'The file does not exist.'],
    ['folder', 'The file is a folder.'],
    ['/dev/zero', 'The file is not a regular file.'],
    ['large.yaml', 'The file is larger than 1048576 bytes.'],
    ['binary.yaml', 'The file is not UTF-8 text.'],
  ])('is a problem when it cannot be read: %s', async (file, message) => {
    const files = { 'folder/x': '', 'large.yaml': ' '.repeat(1024 * 1024 + 1), 'binary.yaml': Buffer.from([0xff]) };
    const { outcome } = await load(files, { file });
    expect(problemsOf(outcome)).toEqual([`${file}: ${message}`]);
  });
});

describe('the command line', () => {
  it('needs no file when it names a supergraph', async () => {
    const { cwd, outcome } = await load(
      { 'overlock.yaml': 'broken: [' },
      { overrides: { graph: { supergraph: 's.graphql' } } },
    );
    expect(configOf(outcome).graph).toMatchObject({ supergraph: join(cwd, 's.graphql') });
    expect(outcome.files).toEqual([]);
  });

  it('wins over the file, and its supergraph takes the place of subgraphs and what they need', async () => {
    const yaml = `graph: { subgraphs: { a: { url: "\${NOPE}" } } }\nlisten: { port: 1, host: a.test }`;
    const overrides = { listen: { port: 2 }, admin: { port: 3 }, graph: { supergraph: 'https://cdn.test/s.graphql' } };
    const config = configOf((await load({ 'conf/o.yaml': yaml }, { file: 'conf/o.yaml', overrides })).outcome);
    expect(config.listen).toMatchObject({ port: 2, host: 'a.test' });
    expect(config.admin.port).toBe(3);
    expect(config.graph).toMatchObject({ supergraph: 'https://cdn.test/s.graphql', subgraphs: undefined });
  });

  it('is named where it is at fault', async () => {
    const outcome = await loadYaml(graph, { overrides: { listen: { port: 70_000 } } });
    expect(problemsOf(outcome)).toEqual(['command line: listen.port must be at most 65535']);
  });
});
