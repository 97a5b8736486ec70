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
      '         has @authenticated at Query.me',
      'allowed  mine.email',
      '         has @requiresScopes(scopes: [["email:read"]]) at User.email',
      'denied   open',
      expect.stringContaining('         lacks the rule for Query.open: args.org == identity.claims.org'),
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
    ['--query me.graphql --token-claims claims.json --scopes a', 2, 'cannot be used with'],
    ['--scopes a', 2, '--query'],
  ])('says what is wrong with %s', async (flags, code, message) => {
    const { exitCode, stderr } = await run(`explain ${flags}`);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(code);
  });
});
