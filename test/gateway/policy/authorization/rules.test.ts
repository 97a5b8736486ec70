import { describe, expect, it } from 'vitest';
import { authorizationSection } from '../../../../gateway/config/authorization.ts';
import { type Asking, createSubject, someone, written } from './subject.ts';

const graph = written(`
  type Query {
    adminUsers: [User] adminLog(first: Int = 5, tags: [String!]): String user(id: ID, org: String): User
    pets: [Pet] level(of: Level): Int search(text: String): Found
  }
  type Mutation { adminReset(input: Input): Int }
  interface Node { id: ID }
  type User implements Node { id: ID email: String ssn: String mail(kind: String = "home"): String derived: String @join__field(graph: A, requires: "mail(kind: \\"work\\")") }
  type Pet { ssn: String }
  union Found = User | Pet
  enum Level { LOW HIGH }
  input Input { org: String ids: [Int] }
`);

const asking = (claims: object, more: Asking = {}): Asking => ({ identity: someone({ claims }), ...more });

describe('rules of the configuration', () => {
  it.each([
    ['Query.admin*', '{ adminUsers { id } pets { ssn } }', ['adminUsers']],
    ['*.ssn', '{ adminUsers { ssn } pets { ssn } }', ['adminUsers.ssn', 'pets.ssn']],
    ['User', '{ user { id } pets { ssn } }', ['user']],
    ['User.*', '{ user { __typename id ... on Node { id } } }', ['user.id', 'user.id']],
    ['Node.id', '{ user { id email } }', ['user.id']],
    ['Level', '{ a: level b: level(of: LOW) }', ['b']],
    ['Found', '{ search { __typename } user { id } }', ['search']],
    ['*', '{ pets { ssn } }', ['pets']],
    ['*.*d*m*n*s*', '{ adminUsers { id } adminLog }', ['adminUsers']],
    ['Mutation.*', 'mutation { adminReset }', ['adminReset']],
  ])('guard what %s matches', async (fields, text, refused) => {
    const subject = createSubject(graph, { rules: [{ fields, when: "'staff' in identity.roles" }] });
    expect(await subject.refused(text)).toEqual([...new Set(refused)]);
    expect(await subject.refused(text, { identity: someone({ roles: ['staff'] }) })).toEqual([]);
  });

  it.each<[when: string, text: string, asking: Asking, allowed: boolean]>([
    ["identity.kind == 'jwt' && identity.subject == 'someone'", '{ user { id } }', asking({}), true],
    ["identity.subject == 'someone'", '{ user { id } }', {}, false],
    ['!has(identity.subject)', '{ user { id } }', {}, true],
    ['identity.claims.org == args.org', '{ user(org: "a") { id } }', asking({ org: 'a' }), true],
    ['identity.claims.org == args.org', '{ user(org: "b") { id } }', asking({ org: 'a' }), false],
    ['identity.claims.org == args.org', '{ user { id } }', asking({}), false],
    [
      'identity.claims.org == args.org',
      'query ($o: String) { user(org: $o) { id } }',
      asking({ org: 'a' }, { variables: { o: 'a' } }),
      true,
    ],
    ['identity.claims.level >= 3', '{ user { id } }', asking({ level: 3 }), true],
    [
      "identity.claims.realm.groups.exists(g, g == 'x')",
      '{ user { id } }',
      asking({ realm: { groups: ['y', 'x'] } }),
      true,
    ],
    ['identity.claims.constructor != 1', '{ user { id } }', asking({}), false],
    ["client.name == 'web'", '{ user { id } }', { client: { name: 'web', version: undefined } }, true],
    ["client.name == 'web'", '{ user { id } }', {}, false],
    ['variables.x == true', 'query ($x: Boolean!) { user { id @include(if: $x) } }', { variables: { x: true } }, true],
    ["identity.subject == 'x' || true", '{ user { id } }', {}, true],
    ['identity.claims.ok', '{ user { id } }', asking({ ok: 'true' }), false],
    ['identity.claims.ok', '{ user { id } }', asking({ ok: true }), true],
  ])('hold when %s is true for %s', async (when, text, asked, allowed) => {
    const subject = createSubject(graph, { rules: [{ fields: 'Query.user', when }] });
    expect(await subject.refused(text, asked)).toEqual(allowed ? [] : ['user']);
  });

  it('see the arguments of each field, defaults included, and of the field that another is computed from', async () => {
    const subject = createSubject(graph, {
      rules: [
        { fields: 'User.mail', when: "args.kind == 'home'" },
        { fields: 'Query.adminLog', when: 'args.first <= 5' },
      ],
    });
    const text = '{ a: adminLog b: adminLog(first: 6) user { mail work: mail(kind: "work") derived } }';
    expect(await subject.refused(text)).toEqual(['b', 'user.work', 'user.derived']);
  });

  it('all hold together, beside the directives', async () => {
    const rules = [
      { fields: 'User.email', when: "'a' in identity.scopes" },
      { fields: 'User.e*', when: "'b' in identity.scopes" },
    ];
    const subject = createSubject(graph, { rules });
    for (const scopes of [['a'], ['b'], []]) {
      expect(await subject.refused('{ user { email } }', { identity: someone({ scopes }) })).toEqual(['user.email']);
    }
    expect(await subject.refused('{ user { email } }', { identity: someone({ scopes: ['a', 'b'] }) })).toEqual([]);
  });

  it('deny over more values than a condition may cost, and say so in the log', async () => {
    const subject = createSubject(graph, {
      rules: [{ fields: 'Query.adminLog', when: "args.tags.all(t, t in ['x'])" }],
    });
    const asked = (count: number) =>
      subject.refused('query ($tags: [String!]) { adminLog(tags: $tags) }', {
        variables: { tags: Array(count).fill('x') },
      });
    expect(await asked(900)).toEqual([]);
    expect(await asked(1_100)).toEqual(['adminLog']);
    const fields = Array.from({ length: 20 }, (_, index) => `a${index}: adminLog(tags: $tags)`);
    const many = `query ($tags: [String!]) { ${fields.join(' ')} }`;
    expect(await subject.refused(many, { variables: { tags: Array(100).fill('x') } })).toEqual([]);
    expect(await subject.refused(many, { variables: { tags: Array(900).fill('x') } })).toHaveLength(9);
    expect(subject.lines.find(({ message }) => message.includes('cannot be evaluated'))).toBeDefined();
  });

  it('are reported when they guard nothing', () => {
    const { lines } = createSubject(graph, { rules: [{ fields: 'User.emial', when: 'true' }] });
    expect(lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('User.emial') }]);
  });
});

describe('the section "authorization"', () => {
  it('has defaults that deny what @policy guards and refuse whole operations', () => {
    expect(authorizationSection.parse(undefined)).toEqual({ mode: 'reject', dryRun: false, rules: [] });
    const { policies } = authorizationSection.parse({ policies: { opa: { url: 'http://127.0.0.1:8181/v1/data/x' } } });
    expect(policies?.opa).toEqual({ url: 'http://127.0.0.1:8181/v1/data/x', timeout: 200, failClosed: true });
    const { policies: rego } = authorizationSection.parse({ policies: { rego: { wasm: 'policy.wasm' } } });
    const defaults = { timeout: 100, memory: 64 * 1024 ** 2, failClosed: true };
    expect(rego?.rego).toEqual({ wasm: 'policy.wasm', ...defaults });
  });

  it.each([
    ["'a' in", 'CEL'],
    ['identity.name == "x"', 'name'],
    ['user.id == 1', 'user'],
    ['size(args)', 'true or false'],
    ["'aaa'.matches(args.pattern)", 'matches'],
    ['args.a.all(x, args.b.exists(y, x == y))', 'loop'],
    [`${'('.repeat(60)}true${')'.repeat(60)}`, 'CEL'],
    [`'${'x'.repeat(5_000)}' == ''`, 'longer'],
  ])('refuses the condition %s', (when, reason) => {
    const parsed = authorizationSection.safeParse({ rules: [{ fields: 'A.b', when }] });
    expect(parsed.error?.issues).toMatchObject([
      { path: ['rules', 0, 'when'], message: expect.stringContaining(reason) },
    ]);
  });

  it.each([
    [{ rules: [{ fields: 'Query.a.b', when: 'true' }] }, 'rules.0.fields'],
    [{ rules: [{ fields: 'Query.a b', when: 'true' }] }, 'rules.0.fields'],
    [{ policies: {} }, 'policies'],
    [{ policies: { module: 'a.js', opa: { url: 'http://localhost/' } } }, 'policies'],
    [{ policies: { module: 'a.js', rego: { wasm: 'a.wasm' } } }, 'policies'],
    [{ policies: { rego: {} } }, 'policies.rego.wasm'],
    [{ policies: { rego: { wasm: 'a.wasm', memory: '1kb' } } }, 'policies.rego.memory'],
    [{ policies: { rego: { wasm: 'a.wasm', memory: '5gb' } } }, 'policies.rego.memory'],
    [{ policies: { rego: { wasm: 'a.wasm', timeout: '0s' } } }, 'policies.rego.timeout'],
    [{ mode: 'hide' }, 'mode'],
  ])('refuses %j', (section, path) => {
    expect(authorizationSection.safeParse(section).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
