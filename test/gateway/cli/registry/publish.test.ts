import { buildSchema, graphqlSync } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assetPath } from '../../../../subgraphs/asset.ts';
import { type FakeSubgraph, json, startFakeSubgraph } from '../../../support/fake-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';
import { refusal, type ScriptedRegistry, startScriptedRegistry } from './scripted-registry.ts';

const sdl = 'type Query { reviews: [Int] }';
const place = '/v1/graphs/shop/production/subgraphs/reviews';
const published = { version: 42, isNew: true, changes: [], changeCount: 0, hints: [], contracts: [] };

let registry: ScriptedRegistry;
let folder: TemporaryFolder;
let service: FakeSubgraph;
beforeAll(async () => {
  registry = await startScriptedRegistry();
  folder = await createTemporaryFolder();
  await folder.write('reviews.graphql', sdl);
  await folder.write('entities.yaml', 'Review: { key: id, field: reviews, argument: ids, list: true }');
  service = await startFakeSubgraph((response, request) => {
    const { query } = request.json;
    const isSdl = query.includes('_service');
    json(isSdl ? { data: { _service: { sdl } } } : graphqlSync({ schema: buildSchema(sdl), source: query }))(
      response,
      request,
    );
  });
});
beforeEach(() => {
  registry.answers.clear();
  registry.answers.set(`PUT ${place}`, { body: published });
  registry.requests.length = 0;
});
afterAll(() => Promise.all([registry.stop(), folder.remove(), service.close()]));

const publish = (line: string, env: Readonly<Record<string, string>> = {}) =>
  registry.run(['publish', 'reviews', ...line.split(' ')], { cwd: folder.path, env });

async function bodyOf(line: string, env: Readonly<Record<string, string>> = {}) {
  const { exitCode, stderr } = await publish(line, env);
  expect([exitCode, stderr]).toEqual([0, '']);
  return registry.requests.find((request) => request.line === `PUT ${place}`)?.body;
}

describe('overlock publish', () => {
  it('sends an SDL file with what there is to say about it', async () => {
    const flags = '--team content --message because --revision abc --base 41';
    expect(await bodyOf(`--schema reviews.graphql --url http://r.test/graphql ${flags}`)).toEqual({
      kind: 'federation',
      url: 'http://r.test/graphql',
      sdl,
      team: 'content',
      message: 'because',
      revision: 'abc',
      base: 41,
    });
  });

  it.each([
    [{ GIT_COMMIT: 'a', GITHUB_SHA: 'b' }, 'a'],
    [{ GIT_COMMIT: '', GITHUB_SHA: 'b', CI_COMMIT_SHA: 'c' }, 'b'],
    [{ CI_COMMIT_SHA: 'c' }, 'c'],
  ])('takes the commit that a build server names: %j', async (env, revision) => {
    expect(await bodyOf('--schema reviews.graphql --url http://r.test', env)).toMatchObject({ revision });
  });

  it('asks a live federation service for its SDL, and introspects another one', async () => {
    expect(await bodyOf(`--url ${service.url}`)).toEqual({ kind: 'federation', url: service.url, sdl });
    registry.requests.length = 0;
    expect(await bodyOf(`--url ${service.url} --kind graphql --entities entities.yaml`)).toEqual({
      kind: 'graphql',
      url: service.url,
      sdl: expect.stringContaining('reviews: [Int]'),
      entities: { Review: { key: 'id', field: 'reviews', argument: 'ids', list: true } },
    });
  });

  it('turns an OpenAPI document into SDL', async () => {
    const document = assetPath('shipping.openapi.yaml');
    expect(await bodyOf(`--schema ${document} --url http://s.test --max-concurrency 4`)).toEqual({
      kind: 'rest',
      url: 'http://s.test',
      sdl: expect.stringContaining('@rest('),
      maxConcurrency: 4,
    });
  });

  it('takes entities from the command line', async () => {
    const entities = '{User:{key:id,field:user,argument:id}}'.replaceAll(':', ': ');
    await registry.run(
      [
        'publish',
        'reviews',
        '--url',
        'http://r.test',
        '--kind',
        'graphql',
        '--schema',
        'reviews.graphql',
        '--entities',
        entities,
      ],
      { cwd: folder.path },
    );
    expect(registry.requests.at(-1)?.body).toMatchObject({
      entities: { User: { key: 'id', field: 'user', argument: 'id', list: false } },
    });
  });

  it('leaves what no flag names as it was published', async () => {
    const entities = { Review: { key: 'id', field: 'reviews', argument: 'ids', list: true } };
    const before = { name: 'reviews', kind: 'graphql', url: 'http://old.test', sdl: 'type Query { a: Int }', entities };
    registry.answers.set(`GET ${place}`, { body: { ...before, team: 'content' } });
    expect(await bodyOf('--schema reviews.graphql')).toEqual({
      kind: 'graphql',
      url: 'http://old.test',
      sdl,
      entities,
    });
    registry.requests.length = 0;
    const another = await bodyOf('--schema reviews.graphql --kind federation --url http://new.test');
    expect(another).toEqual({ kind: 'federation', url: 'http://new.test', sdl });
  });

  it.each([
    ['--schema reviews.graphql', 2, 'say where it answers with --url'],
    ['--url http://r.test --kind rest', 2, 'give its OpenAPI document'],
    ['--url ftp://r.test', 2, '--url must be an http:// or https:// URL'],
    ['--url http://r.test --entities entities.yaml', 2, '--entities is only for kind: graphql'],
    ['--url http://r.test --max-concurrency 4', 2, '--max-concurrency is only for kind: rest'],
    ['--url http://r.test --kind graphql --entities {a}', 2, '--entities: a must be a mapping'],
    ['--url http://r.test --kind soap', 2, 'Allowed choices are federation, graphql, rest'],
    ['--url http://r.test --base now', 2, 'It must be a whole number'],
    ['--url http://r.test --kind graphql --entities {', 1, 'is not YAML'],
    ['--url http://r.test --kind graphql --entities none.yaml', 1, 'none.yaml: The file does not exist.'],
    ['--url http://r.test --schema none.graphql', 1, 'none.graphql: ENOENT'],
    ['--url http://r.test --schema none.yaml', 1, 'none.yaml: ENOENT'],
    ['--url http://127.0.0.1:1/', 1, 'Tried to ask http://127.0.0.1:1 for _service { sdl }'],
  ])('publishes nothing when it cannot be read: "%s"', async (line, code, message) => {
    const { exitCode, stdout, stderr } = await publish(line);
    expect([exitCode, stdout, stderr]).toEqual([code, '', expect.stringContaining(message)]);
    expect(registry.requests.filter((request) => request.line.startsWith('PUT'))).toEqual([]);
  });

  it('prints version, changes, hints and contracts', async () => {
    const change = { level: 'safe', coordinate: 'Query.reviews', message: 'Field Query.reviews was added.' };
    const body = {
      ...published,
      changes: Array.from({ length: 50 }, () => change),
      changeCount: 700,
      hints: [{ code: 'require-description', message: 'Describe Query.reviews.' }],
      contracts: [
        { ref: { graph: 'shop', variant: 'public' }, version: 7, problems: [] },
        {
          ref: { graph: 'shop', variant: 'partners' },
          problems: [{ code: 'NO_QUERIES', message: 'Nothing is left.', coordinate: 'Query' }],
        },
      ],
    };
    registry.answers.set(`PUT ${place}`, { body });
    const { stdout } = await publish('--schema reviews.graphql --url http://r.test');
    expect(stdout.match(/^ {2}safe .*$/gm)).toHaveLength(40);
    expect(stdout.replace(/(^ {2}safe .*\n)+/m, '')).toBe(`Published reviews: shop@production is at version 42 now.
  ... and 660 more
hint: Describe Query.reviews. require-description
The contract shop@public is at version 7 now.
warning: The contract shop@partners stays as it is: what it lets through does not compose.
  NO_QUERIES Query Nothing is left.
`);
    const same = await publish('--schema reviews.graphql --url http://r.test --json');
    expect(JSON.parse(same.stdout)).toEqual(body);
  });

  it('says when there was nothing to do', async () => {
    registry.answers.set(`PUT ${place}`, { body: { ...published, isNew: false } });
    const { exitCode, stdout } = await publish('--schema reviews.graphql --url http://r.test');
    expect([exitCode, stdout]).toEqual([0, 'Nothing to do: shop@production is so already, at version 42.\n']);
  });

  it('prints all problems with their coordinates', async () => {
    const problems = [
      { code: 'FIELD_TYPE_MISMATCH', message: 'It is Int here.', subgraph: 'reviews', coordinate: 'Query.reviews' },
      { code: 'NO_QUERIES', message: 'There is nothing to ask.' },
    ];
    registry.answers.set(`PUT ${place}`, refusal(422, 'COMPOSITION_FAILED', 'They do not compose.', { problems }));
    const { exitCode, stdout, stderr } = await publish('--schema reviews.graphql --url http://r.test');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'FIELD_TYPE_MISMATCH reviews Query.reviews: It is Int here.\nNO_QUERIES: There is nothing to ask.\n2 problems.\n',
    );
  });

  it('prints whom a refused change would break', async () => {
    const change = {
      id: '3f1c09a2b3d7',
      code: 'FIELD_REMOVED',
      level: 'breaking',
      coordinate: 'Query.stars',
      message: 'Field Query.stars was removed.',
      verdict: 'fail',
      reason: 'Used 12 times in the last 30 days by 2 clients.',
      clients: [
        { name: 'shop-web', version: '1.4', count: 10 },
        { name: 'shop-ios', version: '', count: 2 },
      ],
      operations: [
        { hash: 'ab'.repeat(32), name: 'Stars', count: 11 },
        { hash: 'cd'.repeat(32), count: 1 },
      ],
      approvedBy: [],
    };
    const details = { changes: [change], changeCount: 1 };
    registry.answers.set(
      `PUT ${place}`,
      refusal(409, 'BREAKING_CHANGE', '1 breaking change would break clients.', details),
    );
    expect(
      (await publish('--schema reviews.graphql --url http://r.test')).stderr,
    ).toBe(`error: 1 breaking change would break clients.
  fail  3f1c09a2b3d7  breaking  Field Query.stars was removed.
        Used 12 times in the last 30 days by 2 clients.
        clients: shop-web 1.4 (10), shop-ios (2)
        operations: Stars (11), cdcdcdcdcdcd (1)
To let one pass all the same: overlock approve 3f1c09a2b3d7
`);
  });
});
