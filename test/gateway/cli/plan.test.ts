import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { composeSdl } from '../../support/federation.ts';
import { createFakeTerminal } from './fake-terminal.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])';
const subgraphs = [
  {
    name: 'users',
    url: 'http://users.test',
    sdl: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! name: String motto: String age: Int }`,
  },
  {
    name: 'posts',
    url: 'http://posts.test',
    sdl: `${link} type User @key(fields: "id") {
      id: ID!
      posts(first: Int!): [String!]!
      motto: String @override(from: "users", label: "percent(10)")
      age: Int @override(from: "users", label: "age")
    }`,
  },
];

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'overlock-plan-'));
  const write = (name: string, text: string) => writeFile(path.join(cwd, name), text);
  await write('shop.graphql', composeSdl(subgraphs));
  await write('overlock.yaml', 'graph: { supergraph: shop.graphql }\noverrides: { labels: [age] }\n');
  await write(
    'me.graphql',
    `query Me($n: Int!, $posts: Boolean!, $name: Boolean = true) {
      me { name @include(if: $name) posts(first: $n) @include(if: $posts) }
    }
    query Moved { me { motto age } }
    query Schema { __schema { queryType { name } } }`,
  );
  await write('variables.json', '{ "n": 2, "posts": true, "name": false }');
  await write('few.json', '{ "posts": true }');
  await write('list.json', '[]');
});
afterAll(() => rm(cwd, { recursive: true }));

async function run(line: string) {
  const { terminal, written } = createFakeTerminal({ cwd });
  const exitCode = await runCommandLine(line.split(' '), terminal);
  return { exitCode, ...written };
}

describe('overlock plan', () => {
  it('prints the waves and fetches of an operation, with the values that its conditions have', async () => {
    expect(await run('plan me.graphql -n Me --variables variables.json')).toEqual({
      exitCode: 0,
      stdout: `${[
        'query: 2 fetches in 2 waves',
        '',
        'wave 1',
        '  fetch 1 from users',
        '    { me { id } }',
        '',
        'wave 2',
        '  fetch 2 from posts, after 1, with $n',
        '    for each User at me { id }',
        '      { ... on User { posts(first: $n) } }',
      ].join('\n')}\n`,
      stderr: '',
    });
  });

  it('takes the defaults of conditions where there are no variables, else false, and says so', async () => {
    const { exitCode, stdout, stderr } = await run('plan me.graphql -n Me');
    expect([exitCode, stderr]).toEqual([0, '$posts taken as false: give --variables to plan for other values.\n']);
    expect(stdout).toBe('query: 1 fetch in 1 wave\n\nwave 1\n  fetch 1 from users\n    { me { name } }\n');
  });

  it('prints JSON without what only the executor needs', async () => {
    const { stdout } = await run('plan me.graphql -n Me --variables variables.json --supergraph shop.graphql --json');
    expect(JSON.parse(stdout)).toEqual({
      kind: 'query',
      fetches: 2,
      waves: [
        [
          {
            kind: 'fetch',
            id: 1,
            after: [],
            subgraph: 'users',
            operation: '{\n  me {\n    id\n  }\n}',
            variables: [],
            entities: [],
          },
        ],
        [
          {
            kind: 'fetch',
            id: 2,
            after: [1],
            subgraph: 'posts',
            operation: expect.stringMatching(/^query \(\$n: Int!, \$representations: \[_Any!\]!\) \{\n {2}_entities/),
            variables: ['n'],
            entities: [{ variable: 'representations', types: ['User'], at: 'me', key: '{ id }' }],
          },
        ],
      ],
    });
  });

  it('plans for the labels of the configuration and those that are given', async () => {
    const moved = async (line: string) => /\{ \.\.\. on User \{ (.*) \} \}/.exec((await run(line)).stdout)?.[1];
    expect(await moved('plan me.graphql -n Moved')).toBe('age');
    expect(await moved('plan me.graphql -n Moved -l percent(10) --label nothing')).toBe('motto age');
  });

  it('prints that nothing is fetched', async () => {
    expect(await run('plan me.graphql -n Schema')).toEqual({ exitCode: 0, stdout: 'query: no fetches\n', stderr: '' });
  });

  it.each([
    ['plan nowhere.graphql', 'nowhere.graphql'],
    ['plan shop.graphql', 'definition is not executable.'],
    ['plan me.graphql', 'The document has 3 operations.'],
    ['plan me.graphql -n Me --variables few.json', 'Variable "$n" of required type "Int!" was not provided.'],
    ['plan me.graphql -n Me --variables list.json', 'list.json must hold a JSON object.'],
    ['plan me.graphql -n Me --variables me.graphql', 'me.graphql is not JSON.'],
    ['plan me.graphql -n Me --config nowhere.yaml', 'nowhere.yaml'],
  ])('says what is wrong: %s', async (line, message) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });

  it('explains itself with examples, and ends with 2 for a wrong command line', async () => {
    expect((await run('plan --help')).stdout).toContain('overlock plan search.graphql --variables variables.json');
    expect((await run('plan')).exitCode).toBe(2);
  });
});
