import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { composed } from '../policy/cost/cost-harness.ts';
import { createFakeTerminal } from './fake-terminal.ts';

const supergraph = composed(/* GraphQL */ `
  type Query { users(first: Int, filter: Filter): [User!] @listSize(slicingArguments: ["first"])  node: Node }
  type Mutation { rename: User }
  input Filter { text: String }
  interface Node { id: ID! }
  type User implements Node { id: ID!  mood: Int @cost(weight: 4)  best: User }
  type Gem implements Node @cost(weight: 9) { id: ID!  carats: Int }
`);

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'overlock-cost-'));
  const write = (name: string, text: string) => writeFile(path.join(cwd, name), text);
  await write('shop.graphql', supergraph.sdl);
  await write(
    'overlock.yaml',
    'graph: { supergraph: shop.graphql }\ncost: { limit: 100, tiers: { big: 1000 }, weights: { Filter: 3 }, subgraphs: { s0: 152 } }\n',
  );
  await write(
    'search.graphql',
    `query Search($n: Int) {
      users(first: $n, filter: { text: "a" }) { mood best { ...f } }
      node { id ... on Gem { carats } ... on User { best { id } } }
    }
    query Small { node { id } }
    mutation Rename { rename { id } }
    fragment f on User { friend: best { id } }`,
  );
  await write('variables.json', '{ "n": 20 }');
  await write('more.json', '{ "n": 21 }');
  await write('list.json', '[]');
  await write('bad.graphql', '{ nobody { id } }');
});
afterAll(() => rm(cwd, { recursive: true }));

async function run(line: string) {
  const { terminal, written } = createFakeTerminal({ cwd });
  const exitCode = await runCommandLine(line.split(' '), terminal);
  return { exitCode, ...written };
}

describe('overlock cost', () => {
  it('prints the sum by field, and fails when it is above the limit of the tier', async () => {
    const table = [
      'cost  field',
      ' 143  users       Query.users  20 × 7 + 3 for arguments',
      '  80    mood      User.mood',
      '  40    best      User.best',
      '  20      friend  User.best',
      '   0        id    User.id',
      '   9  node        Query.node',
      '   0    id        Node.id',
      '   0    carats    Gem.carats',
      ' 152  of ',
    ].join('\n');
    const line = 'cost search.graphql --operation Search --variables variables.json';
    const shares = '\n\ncost  subgraph\n 152  s0  of 152 allowed\n';
    expect(await run(line)).toEqual({
      exitCode: 1,
      stdout: `${table}100 allowed${shares}\nThe operation is estimated to cost 152, and 100 is allowed. Ask for fewer fields or shorter lists.\n`,
      stderr: '',
    });
    expect(await run(`${line} --tier big`)).toEqual({
      exitCode: 0,
      stdout: `${table}1000 allowed${shares}`,
      stderr: '',
    });
  });

  it('fails when it is above the limit of a subgraph', async () => {
    const { exitCode, stdout } = await run('cost search.graphql -n Search --variables more.json --tier big');
    expect([exitCode, stdout.split('\n').slice(-6, -1)]).toEqual([
      1,
      [
        '',
        'cost  subgraph',
        ' 159  s0  of 152 allowed',
        '',
        'What the operation asks of the subgraph "s0" is estimated to cost 159, and 152 is allowed. Ask for fewer fields or shorter lists.',
      ],
    ]);
  });

  it('counts mutations, and prints JSON', async () => {
    const { exitCode, stdout } = await run(
      'cost search.graphql -n Rename -c overlock.yaml --supergraph shop.graphql --json',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'mutation',
      base: 10,
      estimated: 11,
      limit: 100,
      fields: [{ cost: 1 }, { cost: 0 }],
      subgraphs: [{ subgraph: 's0', estimated: 1, limit: 152 }],
    });
    expect((await run('cost search.graphql -n Rename')).stdout).toMatch(
      /^cost {2}field\n {2}10 {2}mutation\n {3}1 {2}rename/,
    );
  });

  it.each([
    ['cost nowhere.graphql', 'nowhere.graphql: ENOENT'],
    ['cost bad.graphql', 'Cannot query field "nobody" on type "Query".'],
    ['cost search.graphql', 'The document has 3 operations.'],
    ['cost search.graphql -n Small --variables list.json', 'list.json: the variables must be a JSON object.'],
    ['cost search.graphql -n Small --variables search.graphql', 'search.graphql: Unexpected token'],
    ['cost search.graphql -n Small --config nowhere.yaml', 'nowhere.yaml'],
    ['cost search.graphql -n Small --supergraph bad.graphql', 'INVALID_GRAPHQL'],
  ])('says what is wrong: %s', async (line, message) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });
});
