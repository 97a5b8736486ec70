import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { written } from '../policy/authorization/subject.ts';
import { createFakeTerminal } from './fake-terminal.ts';

const supergraph = written(`
  type Query { me: User @authenticated orders(org: String!, first: Int = 5): [Order] rated: Int @policy(policies: [["p"]]) open: Int }
  type User { email: String @requiresScopes(scopes: [["email:read"], ["admin"]]) name: String }
  type Order { total: Int }
`);

const config = `graph: { supergraph: shop.graphql }
identity: { jwt: [{ issuer: "https://login.test/", secret: "a secret of more than thirty-two bytes", audience: shop, roles: groups }] }
authorization:
  rules:
    - { fields: Query.orders, when: "args.org == identity.claims.org || client.name == 'office'" }
    - { fields: Order.*, when: "variables.first < 10 || 'staff' in identity.roles" }
  policies: { module: policies.mjs }
`;

const roles = `
visitor: anonymous
customer: { claims: { org: acme } }
reader: { scopes: [email:read] }
staff: { claims: { groups: [staff] }, roles: [other], client: office }
nobody:
`;

const files: Readonly<Record<string, string>> = {
  'shop.graphql': supergraph.sdl,
  'overlock.yaml': config,
  'filter.yaml': config.replace('authorization:', 'authorization:\n  mode: filter'),
  'policies.mjs': 'export const evaluate = (_, { identity }) => identity.roles.includes("staff");',
  'roles.yaml': roles,
  'ops/me.graphql':
    'query ($e: Boolean = false) { me { name email @include(if: $e) ...F ...F } } fragment F on User { mail: email }',
  'ops/deep/orders.gql':
    'query Mine($org: String!, $first: Int = 3) { orders(org: $org, first: $first) { total } } query Free { open }',
  'ops/deep/orders.variables.json': '{ "org": "acme" }',
  'ops/rated.graphql': 'query ($org: String!) { rated orders(org: $org) { __typename } }',
  'ops/notes.txt': 'no operation',
};

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await createTemporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder.path, name)), { recursive: true });
    await folder.write(name, text);
  }
});
afterAll(() => folder.remove());

async function run(flags: string, roles = 'roles.yaml') {
  const { terminal, written: output } = createFakeTerminal({ cwd: folder.path });
  const line = `access matrix --roles ${roles} --operations ops ${flags}`;
  const exitCode = await runCommandLine(line.trim().split(' '), terminal);
  return { exitCode, ...output };
}

const expected = `# Access matrix

What every role gets of every operation. \`overlock access matrix\` writes this file.

| operation | visitor | customer | reader | staff | nobody |
| --- | --- | --- | --- | --- | --- |
| deep/orders.gql Mine | denied | allowed | denied | allowed | denied |
| deep/orders.gql Free | allowed | allowed | allowed | allowed | allowed |
| me.graphql | denied | denied | allowed | denied | denied |
| rated.graphql | denied | denied | denied | denied | denied |

## What is denied

| operation | role | path | lacks | from |
| --- | --- | --- | --- | --- |
`;

describe('overlock access matrix', () => {
  it('writes a table of who may run what, and of what is denied by which rule', async () => {
    const { exitCode, stdout, stderr } = await run('');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.slice(0, expected.length)).toBe(expected);
    const denials = stdout.slice(expected.length).trimEnd().split('\n');
    const rule =
      "`the rule for Query.orders: args.org == identity.claims.org \\|\\| client.name == 'office'` at Query.orders";
    expect(denials.filter((line) => line.includes('visitor'))).toEqual([
      `| deep/orders.gql Mine | visitor | orders | ${rule} | overlock.yaml authorization.rules[0] |`,
      '| me.graphql | visitor | me | `@authenticated` at Query.me | supergraph |',
      '| me.graphql | visitor | me.mail | `@requiresScopes(scopes: [["email:read"],["admin"]])` at User.email | supergraph |',
      '| rated.graphql | visitor | rated | `@policy(policies: [["p"]])` at Query.rated | supergraph |',
      `| rated.graphql | visitor | orders | ${rule} | overlock.yaml authorization.rules[0] |`,
    ]);
    // Without its variables nobody knows whose orders are asked for.
    expect(denials).toContain(`| rated.graphql | customer | orders | ${rule} | overlock.yaml authorization.rules[0] |`);
    expect((await run('')).stdout).toBe(stdout);
  });

  it('is compared with a file, and says what differs', async () => {
    const missing = await run('--check');
    expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining('access-matrix.md does not exist')]);
    expect((await run('--out access-matrix.md')).exitCode).toBe(0);
    expect(await run('--check')).toMatchObject({ exitCode: 0, stdout: 'access-matrix.md is as it should be.\n' });

    const text = await readFile(path.join(folder.path, 'access-matrix.md'), 'utf8');
    await folder.write('crlf.md', text.replaceAll('\n', '\r\n'));
    expect((await run('--check --out crlf.md')).exitCode).toBe(0);
    const row = '| me.graphql | denied | denied | allowed | denied | denied |';
    await folder.write('former.md', text.replace(row, row.replace('allowed', 'denied')));
    const { exitCode, stdout, stderr } = await run('--check --out former.md');
    expect(stdout).toBe(`- ${row.replace('allowed', 'denied')}\n+ ${row}\n`);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('write it with --out former.md')]);
    expect(await readFile(path.join(folder.path, 'former.md'), 'utf8')).not.toBe(text);
  });

  it('is JSON on request, and tells what a filtered operation leaves out', async () => {
    const { operations } = JSON.parse((await run('--json --config filter.yaml')).stdout);
    expect(operations.map(({ operation }: { operation: string }) => operation)).toHaveLength(4);
    expect(operations[2].access[3]).toEqual({
      role: 'staff',
      verdict: 'partly',
      denied: [
        {
          path: 'me.mail',
          requirement: '@requiresScopes(scopes: [["email:read"],["admin"]])',
          coordinate: 'User.email',
          from: ['supergraph'],
        },
      ],
    });
  });

  it.each([
    ['roles that are not there', 'none.yaml', undefined, 'none.yaml does not exist'],
    ['roles that are no YAML', 'bad.yaml', 'a: [', 'bad.yaml is not YAML'],
    ['no roles', 'bad.yaml', '{}', 'bad.yaml: It names no role'],
    ['a role that is a word', 'bad.yaml', 'a: admin', 'bad.yaml at a: A role is anonymous, or a mapping'],
    ['a role of unknown keys', 'bad.yaml', 'a: { scope: [x] }', 'bad.yaml at a: Unrecognized key: "scope".'],
    ['a role whose name would end a cell', 'bad.yaml', '"a|b": anonymous', 'bad.yaml at ["a|b"]: A name has'],
    ['claims that no token may have', 'bad.yaml', 'a: { claims: { sub: 7 } }', 'The subject is not a name'],
  ])('says what is wrong with %s', async (_, name, text, message) => {
    if (text !== undefined) await folder.write(name, text);
    const { exitCode, stderr, stdout } = await run('', name);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });

  it.each([
    ['{ nothing }', 'broken.graphql: Cannot query field "nothing"'],
    ['{ open', 'broken.graphql: Syntax Error'],
    ['type A { a: Int }', undefined],
  ])('says what is wrong with the operation %s', async (text, message) => {
    await mkdir(path.join(folder.path, 'bad'), { recursive: true });
    await folder.write('bad/broken.graphql', text);
    const { terminal, written: output } = createFakeTerminal({ cwd: folder.path });
    const exitCode = await runCommandLine('access matrix -r roles.yaml -d bad'.split(' '), terminal);
    expect(output.stderr).toContain(message ?? '');
    expect(exitCode).toBe(message === undefined ? 0 : 1);
  });

  it('has help with examples, and wants its flags', async () => {
    const { terminal, written: output } = createFakeTerminal();
    expect(await runCommandLine(['access', 'matrix', '--help'], terminal)).toBe(0);
    expect(output.stdout).toContain('--check');
    expect(output.stdout).toContain('visitor: anonymous');
    expect(await runCommandLine(['access', 'matrix', '--roles', 'a'], terminal)).toBe(2);
    expect(await runCommandLine('access matrix -r a -d b --check --json'.split(' '), terminal)).toBe(2);
  });
});
