import { describe, expect, it } from 'vitest';
import { parseLintConfig } from '../../../../schema/subgraph/lint/lint-config.ts';
import { lintRules } from '../../../../schema/subgraph/lint/lint-rules.ts';
import { lintSubgraph } from '../../../../schema/subgraph/lint/lint-subgraph.ts';
import type { Subgraph } from '../../../../schema/subgraph/subgraph.ts';
import { inventory, products, recommendations, reviews } from '../../shop.ts';

const off = Object.fromEntries(lintRules.map(({ id }) => [id, 'off']));

function config(input: unknown) {
  const parsed = parseLintConfig(input);
  if (parsed.kind === 'failed') throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

function federation(sdl: string): Subgraph {
  return { kind: 'federation', name: 'users', url: 'http://users', sdl };
}

/** The coordinates that one rule finds, with their messages. */
function find(rule: string, sdl: string | Subgraph, options: object = {}): readonly string[] {
  const subgraph = typeof sdl === 'string' ? federation(sdl) : sdl;
  return lintSubgraph(subgraph, config({ ...off, [rule]: ['error', options] })).map(
    ({ coordinate, message }) => `${coordinate}: ${message}`,
  );
}

const link = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])\n`;

/** What services print of themselves, with all of federation's definitions. */
const machinery = `
  scalar _Any
  scalar FieldSet
  enum link__Purpose { SECURITY EXECUTION }
  scalar link__Import
  directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
  directive @link(url: String!, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  directive @auth(rule: Rule) on FIELD_DEFINITION
  input Rule { roles: [role_name!] }
  enum role_name { admin }
  type _Service { sdl: String }
  union _Entity = User
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! _service: _Service! }
`;

const tables: Readonly<
  Record<string, readonly (readonly [sdl: string | Subgraph, findings: readonly string[], options?: object])[]>
> = {
  'naming-convention': [
    [
      'type Query { Bad: Int good_one: Int ok1(A_b: Int): user } type user { id: ID } enum Role { ADMIN superUser } input In { Bad: Int }',
      [
        'Query.Bad: Write the name Bad in camelCase.',
        'Query.good_one: Write the name good_one in camelCase.',
        'Query.ok1(A_b:): Write the name A_b in camelCase.',
        'user: Write the name user in PascalCase.',
        'Role.superUser: Write the name superUser in UPPER_CASE.',
        'In.Bad: Write the name Bad in camelCase.',
      ],
    ],
    [
      'type Query { a_b: Int aB: Int } enum E { aNy }',
      ['Query.aB: Write the name aB in snake_case.'],
      { FieldDefinition: 'snake_case', EnumValueDefinition: 'any' },
    ],
  ],
  'require-description': [
    [
      `${link('"@key", "@external"')} type Query { a: A "Said." b: B }
       type A @key(fields: "id") { id: ID! name: String } "Said." type B { id: ID }
       type Ref @key(fields: "id org { id }") { id: ID! org: Org } type Org @key(fields: "id") { id: ID! }
       extend type Other { a: Int } enum E { A } "  " scalar S`,
      ['Query.a: Describe Query.a.', 'A: Describe A.', 'E: Describe E.', 'S: Describe S.'],
    ],
    [
      'type Query { a(x: Int): E "Said." b: Int } "Said." enum E { V }',
      ['Query.a: Describe Query.a.', 'Query.a(x:): Describe Query.a(x:).', 'E.V: Describe E.V.'],
      { rootField: false, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
    ],
  ],
  'require-deprecation-reason': [
    [
      'type Query { a: Int @deprecated b: Int @deprecated(reason: " ") c(x: Int @deprecated): Int @deprecated(reason: "x") }',
      ['Query.a', 'Query.b', 'Query.c(x:)'].map(
        (name) => `${name}: Say what to use instead of ${name}: @deprecated(reason: "...").`,
      ),
    ],
  ],
  'require-deprecation-date': [
    [
      'type Query { a: Int @deprecated b: Int @deprecated @sunset(on: "2027-01-31") c: Int }',
      ['Query.a: Say when Query.a may be gone: @sunset(on: "2027-01-31").'],
    ],
  ],
  'sunset-needs-deprecation': [
    [
      'type Query { a: Int @sunset(on: "2027-01-31") b: Int @deprecated @sunset(on: "2027-01-31") }',
      ['Query.a: Add @deprecated(reason: "...") to Query.a, beside its @sunset.'],
    ],
  ],
  'no-typename-prefix': [
    [
      'type Query { a: User } type User { userId: ID user: Int name: String } input User2 { user2Id: ID }',
      ['User.userId: Leave User out of the name userId.', 'User.user: Leave User out of the name user.'],
    ],
  ],
  'no-unreachable-types': [
    [
      `${link('{ name: "@key", as: "@entityKey" }')} schema { query: Root }
       type Root { a: A n: Named } type A { u: U, f(i: I): Int } union U = B | C type B { b: Int } type C { c: Int }
       input I { j: J } input J { a: Int } interface Named { name: String } type Person implements Named { name: String }
       type Entity @entityKey(fields: "id") { id: ID! e: E } enum E { X } extend type Elsewhere { x: Foreign } type Foreign { a: Int }
       type Lost { a: Found } type Found { a: Lost } scalar Never`,
      ['Lost', 'Found', 'Never'].map((name) => `${name}: No operation can reach ${name}; use it or remove it.`),
    ],
    [recommendations, []],
  ],
  'no-hashtag-description': [
    [
      '# About the file.\n\ntype Query {\n  # One.\n  a: Int\n  b: Int # Two.\n  c: Int\n  "Three."\n  # Or so.\n  d: Int\n  "Four." # Or so.\n  e: Int\n}\n# Five.\nenum E { A }',
      [
        'Query.a: Write the comment above Query.a in """ as its description.',
        'E: Write the comment above E in """ as its description.',
      ],
    ],
  ],
  'require-nullable-result-in-root': [
    [
      'type Query { a: Int! b: [Int]! c: Int } type Mutation { d: Int! } type T { e: Int! }',
      ['Query.a: Make the result of Query.a nullable.', 'Mutation.d: Make the result of Mutation.d nullable.'],
    ],
  ],
  'input-name': [
    [
      'type Query { q(id: ID): Int } type Mutation { add(user: AddInput!): Int set(input: Other): Int do(input: DoInput!): Int to(input: toinput): Int }',
      [
        'Mutation.add(user:): Put user into an argument called input.',
        'Mutation.set(input:): Give it the type SetInput.',
        'Mutation.to(input:): Give it the type ToInput.',
      ],
    ],
    [
      'type Query { q(id: ID): Int } type Mutation { add(user: X): Int to(input: toinput): Int }',
      ['Query.q(id:): Put id into an argument called input.', 'Query.q(id:): Give it the type QInput.'],
      { checkMutations: false, checkQueries: true },
    ],
  ],
  'no-root-type': [
    [
      'type Query { a: Int } type Subscription { a: Int }',
      ['Subscription: Remove the root type Subscription; it is not allowed here.'],
    ],
    [
      'schema { query: Query mutation: Changes } type Query { a: Int } type Changes { a: Int }',
      ['Mutation: Remove the root type Mutation; it is not allowed here.'],
      { disallow: ['mutation'] },
    ],
  ],
  'no-scalar-result-type-on-mutation': [
    [
      'type Query { a: Int } type Mutation { a: Int b: [E!]! c: T d: U } type T { a: Int } enum E { A } union U = T',
      ['Mutation.a: Let Mutation.a answer an object type.', 'Mutation.b: Let Mutation.b answer an object type.'],
    ],
  ],
  'no-case-insensitive-enum-values-duplicates': [
    [
      'type Query { a: E } enum E { A B a } extend enum E { b }',
      [
        'E.a: E.a is E.A but for its case; remove one of them.',
        'E.b: E.b is E.B but for its case; remove one of them.',
      ],
    ],
  ],
  'list-size-required': [
    [
      `${link('"@listSize"')} type Query {
         all: [T!]! scalars: [Int!] one: T some(first: Int): [T] said: [T] @listSize(assumedSize: 10)
         page(first: Int): Page sized(n: Int): Other @listSize(slicingArguments: ["n"], sizedFields: ["list"])
       }
       type T { id: ID } type Page { edges: [Edge] more: [Edge] } type Edge { node: T } type Other { list: [T] rest: [U] }
       union U = T`,
      ['Query.all', 'Page.more', 'Other.rest'].map(
        (name) => `${name}: ${name} may answer a list of any length; add @listSize or an argument such as first.`,
      ),
    ],
    [
      'type Query { a(first: Int): [T] b(top: Int): [T] } type T { id: ID }',
      ['Query.a: Query.a may answer a list of any length; add @listSize or an argument such as top.'],
      { slicingArguments: ['top'] },
    ],
  ],
  'key-fields-non-null': [
    [
      `${link('"@key"')} type Query { a: A }
       type A @key(fields: "id org { id of { name } }") @key(fields: "upc") { id: ID! org: Org! upc: ID other: ID }
       type Org { id: ID of: Of! } type Of { name: String } type B @key(fields: "id {{") { id: ID } type C @key(fields: "no") { id: ID }`,
      ['A.upc', 'Org.id', 'Of.name'].map((name) => `${name}: ${name} is part of a key; make it non-null.`),
    ],
    ['extend type A @key(fields: "id") { id: ID @external }', []],
    [
      { ...recommendations, sdl: 'type Query { p(upcs: [ID!]): [Product] } type Product { upc: ID }' },
      ['Product.upc: Product.upc is part of a key; make it non-null.'],
    ],
  ],
};

describe.each(Object.entries(tables))('the rule %s', (rule, table) => {
  it.each(table.map(([sdl, findings, options]) => ({ sdl, findings, options })))(
    'finds what it should in %#',
    ({ sdl, findings, options }) => {
      expect(find(rule, sdl, options)).toEqual(findings);
    },
  );

  it('has nothing to say of federation and of definitions of directives', () => {
    const own = `${link('"@key"')} "A." type Query { "A." user(first: Int): User } "A." type User @key(fields: "id") { id: ID! }`;
    const noticed = rule === 'no-root-type' ? { disallow: ['mutation', 'subscription'] } : {};
    expect(find(rule, own, noticed)).toEqual([]);
    expect(find(rule, own + machinery, noticed)).toEqual([]);
  });
});

describe('lint', () => {
  it('has a table above for every rule', () => {
    expect(Object.keys(tables).sort()).toEqual(lintRules.map(({ id }) => id));
    for (const { summary } of lintRules) expect(summary).toMatch(/\.$/);
  });

  it('says where in the SDL it found something, in the order of the lines, and warns by default', () => {
    const sdl =
      'type Query {\n  Bad: Int\n  "Said."\n  worse_: [user!]\n}\n\n"Said."\ntype user {\n  id: ID @deprecated\n}\n';
    expect(
      lintSubgraph(federation(sdl), config({})).map(
        ({ severity, rule, subgraph, line, column }) => `${subgraph} ${line}:${column} ${severity} ${rule}`,
      ),
    ).toEqual([
      'users 2:3 warn naming-convention',
      'users 2:3 warn require-description',
      'users 4:3 warn list-size-required',
      'users 4:3 warn naming-convention',
      'users 8:6 warn naming-convention',
      'users 9:3 warn require-deprecation-reason',
    ]);
  });

  it('looks at subgraphs of all kinds, and leaves what others own alone', () => {
    const found = (subgraph: Subgraph) =>
      lintSubgraph(subgraph, config({})).map(({ rule, coordinate }) => `${rule} ${coordinate}`);
    expect(found(products)).toEqual(['require-description Query.top']);
    expect(found(reviews)).toEqual(['list-size-required Product.reviews', 'require-description Review']);
    expect(found(recommendations)).toEqual([
      'list-size-required Query.productsByUpc',
      'require-description Query.productsByUpc',
      'require-description Product',
      'list-size-required Product.similar',
    ]);
    expect(found(inventory)).toEqual(['require-description Product']);
  });

  it('leaves what cannot be parsed to composition', () => {
    for (const sdl of ['', 'type {', '{ a }', `type Query { a(x: Int = ${'['.repeat(50_000)}): Int }`]) {
      expect(lintSubgraph(federation(sdl), config({}))).toEqual([]);
    }
  });

  it('reads a subgraph of 60,000 lines in seconds', { timeout: 60_000 }, () => {
    const types = Array.from(
      { length: 10_000 },
      (_, t) => `type T${t} {\n  id: ID!\n  next: T${t + 1}\n  all: [T${t}]\n\n}\n`,
    );
    const sdl = `type Query { first: T0 }\n${types.join('')}type T10000 { id: ID }`;
    const start = process.cpuUsage();
    expect(lintSubgraph(federation(sdl), config({})).length).toBe(20_002);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });
});

describe('the configuration of lint', () => {
  it('takes severities and options by rule', () => {
    const rules = (input: unknown) => config(input).checks.map(({ rule, severity }) => `${rule} ${severity}`);
    expect(rules({ ...off, 'no-typename-prefix': 'error', 'naming-convention': ['warn', { types: 'any' }] })).toEqual([
      'naming-convention warn',
      'no-typename-prefix error',
    ]);
    expect(rules({})).toEqual(
      lintRules.filter(({ defaultSeverity }) => defaultSeverity !== 'off').map(({ id }) => `${id} warn`),
    );
  });

  it.each<[input: unknown, problems: readonly string[]]>([
    [
      { 'require-descriptions': 'error', zzz: 'off', Naming_Convention: 'warn' },
      [
        'require-descriptions: is no rule; did you mean require-description?',
        'zzz: is no rule',
        'Naming_Convention: is no rule; did you mean naming-convention?',
      ],
    ],
    [
      { 'input-name': 'fatal', 'no-root-type': ['error'] },
      ['input-name', 'no-root-type'].map(
        (path) => `${path}: must be off, warn or error, or a list of one of them and the options`,
      ),
    ],
    [[], [': must be off, warn or error, or a list of one of them and the options']],
    [
      {
        'naming-convention': ['off', { types: 'Kebab' }],
        'no-root-type': ['error', { disallow: ['query', 'x'], more: 1 }],
      },
      [
        'naming-convention.types: Invalid option: expected one of "camelCase"|"PascalCase"|"snake_case"|"UPPER_CASE"|"any"',
        'no-root-type.disallow.1: Invalid option: expected one of "query"|"mutation"|"subscription"',
        'no-root-type: Unrecognized key: "more"',
      ],
    ],
  ])('is refused with every problem at once: %j', (input, problems) => {
    const parsed = parseLintConfig(input);
    expect(parsed.kind === 'failed' && parsed.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual(
      problems,
    );
  });
});
