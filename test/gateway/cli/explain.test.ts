import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { written } from '../policy/authorization/subject.ts';
import { createFakeTerminal } from './fake-terminal.ts';

const supergraph = written(`
  type Query { me: User @authenticated open(org: String): Int search: [Found] rated: Int @policy(policies: [["p"]]) }
  type User { email: String @requiresScopes(scopes: [["email:read"]]) name: String }
  type Secret @authenticated { id: ID }
  union Found = User | Secret
`);

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = `${encode({ alg: 'RS256' })}.${encode({ sub: '1', roles: ['staff'] })}.c2ln`;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await createTemporaryFolder();
  await folder.write('shop.graphql', supergraph.sdl);
  await folder.write(
    'overlock.yaml',
    `graph: { supergraph: shop.graphql }
authorization:
  rules: [{ fields: Query.open, when: "args.org == identity.claims.org || 'staff' in identity.roles || client.name == 'web'" }]
  policies: { module: policies.mjs }
`,
  );
  await folder.write('policies.mjs', 'export const evaluate = (_, { identity }) => identity.roles.includes("staff");');
  await folder.write(
    'me.graphql',
    'query Q($org: String) { mine: me { name email } open(org: $org) } query S { search { __typename } rated }',
  );
  await folder.write('variables.json', '{ "org": "a" }');
  await folder.write('claims.json', '{ "sub": "1", "scope": "email:read other", "org": "a" }');
  await folder.write('bad.json', '[]');
  await folder.write(
    'broken.yaml',
    'graph: { supergraph: shop.graphql }\nauthorization: { policies: { module: none.mjs } }',
  );
});
afterAll(() => folder.remove());

async function run(line: string) {
  const { terminal, written: output } = createFakeTerminal({ cwd: folder.path });
  const exitCode = await runCommandLine(line.split(' '), terminal);
  return { exitCode, ...output };
}

describe('overlock explain', () => {
  it('prints for each guarded path what it demands and whether the identity has it', async () => {
    const { exitCode, stdout, stderr } = await run('explain --query me.graphql -n Q --scopes email:read');
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      'allowed  mine',
      '         has @authenticated at Query.me (supergraph)',
      'allowed  mine.email',
      '         has @requiresScopes(scopes: [["email:read"]]) at User.email (supergraph)',
      'denied   open',
      expect.stringMatching(
        /^ {9}lacks the rule for Query\.open: args\.org .* \(overlock\.yaml authorization\.rules\[0\]\)$/,
      ),
      'Nothing else of it is guarded.',
      '',
    ]);
    expect(exitCode).toBe(1);
  });

  it.each([
    ['--query me.graphql -n Q', ['mine', 'mine.email', 'open']],
    ['--query me.graphql -n Q --client-name web', ['mine', 'mine.email']],
    ['--query me.graphql -n Q --roles staff', ['mine.email']],
    ['--query me.graphql -n Q --token-claims claims.json', ['open']],
    ['--query me.graphql -n Q --token-claims claims.json -v variables.json', []],
    [`--query me.graphql -n Q --token ${token}`, ['mine.email']],
    ['--query me.graphql -n S', ['search.__typename (of a Secret)', 'rated']],
    ['--query me.graphql -n S --roles staff', []],
  ])('tells by %s what is denied', async (flags, denied) => {
    const { exitCode, stdout } = await run(`explain ${flags} --json`);
    const paths: { path: string; allowed: boolean }[] = JSON.parse(stdout);
    expect(paths.filter(({ allowed }) => !allowed).map(({ path }) => path)).toEqual(denied);
    expect(exitCode).toBe(denied.length === 0 ? 0 : 1);
  });

  it.each([
    ['--query none.graphql', 1, 'none.graphql'],
    ['--query me.graphql', 1, 'operation'],
    ['--query me.graphql -n Q -v bad.json', 1, 'bad.json must hold a JSON object'],
    ['--query me.graphql -n Q --token a.b.c', 1, 'The token cannot be read'],
    ['--query me.graphql -n Q -c broken.yaml', 1, 'none.mjs cannot be loaded'],
    ['--query me.graphql --token-claims claims.json --scopes a', 2, 'cannot be used with'],
    ['--query me.graphql --token a.b.c --roles a', 2, 'cannot be used with'],
    ['--scopes a', 2, '--query'],
  ])('says what is wrong with %s', async (flags, code, message) => {
    const { exitCode, stderr } = await run(`explain ${flags}`);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(code);
  });

  it('asks a Rego policy whose files are named relative to the configuration', async () => {
    const wasm = path.join(import.meta.dirname, '../policy/authorization/rego/policy.wasm');
    await copyFile(wasm, path.join(folder.path, 'policy.wasm'));
    await folder.write('data.json', '{ "roles": { "staff": ["p"] } }');
    const rego = '{ wasm: policy.wasm, data: data.json, entrypoint: graph/allow, timeout: 5s }';
    const sections = ['graph: { supergraph: shop.graphql }', `authorization: { policies: { rego: ${rego} } }`];
    await folder.write('rego.yaml', sections.join('\n'));
    await folder.write('rated.graphql', '{ rated }');
    expect(await run('explain --query rated.graphql -c rego.yaml --roles staff')).toMatchObject({ exitCode: 0 });
    expect(await run('explain --query rated.graphql -c rego.yaml --roles other')).toMatchObject({ exitCode: 1 });
  });

  it('names the subgraphs that a demand comes from where they are composed here', async () => {
    const link =
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@shareable"])';
    await folder.write(
      'a.graphql',
      `${link} type Query { me: User } type User @key(fields: "id") { id: ID! name: String @shareable }`,
    );
    await folder.write(
      'b.graphql',
      `${link} type User @key(fields: "id") { id: ID! name: String @shareable @authenticated }`,
    );
    const subgraphs = ['a', 'b'].map((name) => `${name}: { url: "http://${name}.test/", schema: ${name}.graphql }`);
    await folder.write('composed.yaml', `graph: { subgraphs: { ${subgraphs.join(', ')} } }`);
    await folder.write('name.graphql', '{ me { name } }');
    const { stdout } = await run('explain --query name.graphql -c composed.yaml --json');
    expect(JSON.parse(stdout)).toEqual([
      {
        path: 'me.name',
        allowed: false,
        demands: [{ coordinate: 'User.name', requirement: '@authenticated', met: false, from: ['b'] }],
      },
    ]);
  });
});
