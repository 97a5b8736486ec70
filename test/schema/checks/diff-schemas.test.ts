import fc from 'fast-check';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  isRequiredArgument,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { listCoordinates } from '../../../gateway/operation/list-coordinates.ts';
import { diffSchemas } from '../../../schema/checks/diff-schemas.ts';

/** Each change as `level CODE coordinate`, with what must be used for a breaking one. */
function diff(before: string | undefined, after: string): readonly string[] {
  return diffSchemas(before, after).map(({ level, code, coordinate, uses }) =>
    [level, code, coordinate, ...(uses.length > 0 ? [`<- ${uses.join(' ')}`] : [])].join(' '),
  );
}

const role = 'enum Role { USER ADMIN }';

const changes: Readonly<Record<string, readonly [before: string, after: string, ...changes: string[]]>> = {
  'a field removed': [
    'type Query { a: Int b: Int }',
    'type Query { b: Int }',
    'breaking FIELD_REMOVED Query.a <- Query.a',
  ],
  'a deprecated field removed': [
    'type Query { a: Int @deprecated(reason: "Use b.") b: Int }',
    'type Query { b: Int }',
    'breaking FIELD_REMOVED Query.a <- Query.a',
  ],
  'the last field of a built-in scalar removed': [
    'type Query { a: Int b: String }',
    'type Query { b: String }',
    'breaking FIELD_REMOVED Query.a <- Query.a',
  ],
  'a field added': ['type Query { a: Int }', 'type Query { a: Int b: Int }', 'safe FIELD_ADDED Query.b'],
  'a type added, without each of its fields': [
    'type Query { a: Int }',
    'type Query { a: Int b: T } type T { c: Int d: Int }',
    'safe FIELD_ADDED Query.b',
    'safe TYPE_ADDED T',
  ],
  'a type removed': [
    'type Query { a(i: I, e: E): Int b: T } type T { c: Int d: Int } input I { x: Int } enum E { A B }',
    'type Query { a: Int }',
    'breaking TYPE_REMOVED E <- E E.A E.B',
    'breaking TYPE_REMOVED I <- I I.x',
    'breaking ARGUMENT_REMOVED Query.a(e:) <- Query.a(e:)',
    'breaking ARGUMENT_REMOVED Query.a(i:) <- Query.a(i:)',
    'breaking FIELD_REMOVED Query.b <- Query.b',
    'breaking TYPE_REMOVED T <- T',
  ],
  'a type of another kind': [
    'type Query { a: T f(x: S): [S] } type T { c: Int } scalar S',
    'type Query { a: T f(x: S): [S] } interface T { c: Int } enum S { A }',
    'breaking TYPE_KIND_CHANGED S <- S Query.f Query.f(x:)',
    'breaking TYPE_KIND_CHANGED T <- T T.c Query.a',
  ],
  'answers that get narrower': [
    'type Query { a: Int b: [Int] c: [[Int]] }',
    'type Query { a: Int! b: [Int!] c: [[Int]!]! }',
    'safe FIELD_TYPE_CHANGED Query.a',
    'safe FIELD_TYPE_CHANGED Query.b',
    'safe FIELD_TYPE_CHANGED Query.c',
  ],
  'answers that get wider, or other ones': [
    'type Query { a: Int! b: [Int!] c: Int d: [Int] e: T } interface N { i: ID } type T implements N { i: ID }',
    'type Query { a: Int b: [Int] c: Float d: Int e: N } interface N { i: ID } type T implements N { i: ID }',
    ...['a', 'b', 'c', 'd', 'e'].map((name) => `breaking FIELD_TYPE_CHANGED Query.${name} <- Query.${name}`),
  ],
  'arguments added': [
    'type Query { a: Int b: Int c: Int }',
    'type Query { a(x: Int): Int b(x: Int! = 1): Int c(x: Int!): Int }',
    'breaking ARGUMENT_ADDED Query.c(x:) <- Query.c',
    'safe ARGUMENT_ADDED Query.a(x:)',
    'safe ARGUMENT_ADDED Query.b(x:)',
  ],
  'arguments removed': [
    'type Query { a(x: Int): Int }',
    'type Query { a: Int }',
    'breaking ARGUMENT_REMOVED Query.a(x:) <- Query.a(x:)',
  ],
  'arguments that take more': [
    'type Query { a(x: Int!, y: [Int!]!): Int }',
    'type Query { a(x: Int, y: [Int]): Int }',
    'safe ARGUMENT_TYPE_CHANGED Query.a(x:)',
    'safe ARGUMENT_TYPE_CHANGED Query.a(y:)',
  ],
  'arguments that take less': [
    'type Query { a(x: [Int], y: Int): Int b(x: Int, y: Int = 1): Int c(x: Int): Int }',
    'type Query { a(x: [Int!], y: [Int]): Int b(x: Int!, y: Int! = 1): Int c(x: Float): Int }',
    'breaking ARGUMENT_TYPE_CHANGED Query.a(x:) <- Query.a(x:)',
    'breaking ARGUMENT_TYPE_CHANGED Query.a(y:) <- Query.a(y:)',
    'breaking ARGUMENT_TYPE_CHANGED Query.b(x:) <- Query.b',
    'breaking ARGUMENT_TYPE_CHANGED Query.b(y:) <- Query.b(y:)',
    'breaking ARGUMENT_TYPE_CHANGED Query.c(x:) <- Query.c(x:)',
  ],
  'defaults of arguments': [
    'type Query { a(w: I = { x: 1, y: 2 }, x: Int = 1, y: Int, z: Int! = 1): Int } input I { x: Int y: Int }',
    'type Query { a(w: I = { y: 2, x: 1 }, x: Int = 2, y: Int = 1, z: Int!): Int } input I { x: Int y: Int }',
    'breaking ARGUMENT_DEFAULT_CHANGED Query.a(z:) <- Query.a',
    'dangerous ARGUMENT_DEFAULT_CHANGED Query.a(x:)',
    'dangerous ARGUMENT_DEFAULT_CHANGED Query.a(y:)',
  ],
  'fields of an input': [
    'type Query { a(i: I): Int } input I { a: Int b: Int c: Int! d: Int = 1 e: Int f: Int }',
    'type Query { a(i: I): Int } input I { a: Int! c: Int d: Int = 2 e: Float f: Int g: Int h: Int! i: Int! = 1 }',
    'breaking INPUT_FIELD_TYPE_CHANGED I.a <- I I.a I.b I.c I.d I.e I.f',
    'breaking INPUT_FIELD_REMOVED I.b <- I.b',
    'breaking INPUT_FIELD_TYPE_CHANGED I.e <- I.e',
    'breaking INPUT_FIELD_ADDED I.h <- I I.a I.b I.c I.d I.e I.f',
    'dangerous INPUT_FIELD_DEFAULT_CHANGED I.d',
    'safe INPUT_FIELD_TYPE_CHANGED I.c',
    'safe INPUT_FIELD_ADDED I.g',
    'safe INPUT_FIELD_ADDED I.i',
  ],
  'an input that takes one of its fields': [
    'type Query { a(i: I, j: J): Int } input I { a: Int } input J @oneOf { a: Int }',
    'type Query { a(i: I, j: J): Int } input I @oneOf { a: Int } input J { a: Int }',
    'breaking ONE_OF_ADDED I <- I I.a',
    'safe ONE_OF_REMOVED J',
  ],
  'values of an enum that clients meet': [
    `type Query { a: Role } ${role}`,
    'type Query { a: Role } enum Role { USER GUEST }',
    'breaking ENUM_VALUE_REMOVED Role.ADMIN <- Role.ADMIN',
    'dangerous ENUM_VALUE_ADDED Role.GUEST',
  ],
  'values of an enum that clients only send': [
    `type Query { a(role: Role): Int } ${role}`,
    'type Query { a(role: Role): Int } enum Role { USER ADMIN GUEST }',
    'safe ENUM_VALUE_ADDED Role.GUEST',
  ],
  'members of a union': [
    'type Query { u: U a: A b: B c: C } union U = A | B type A { a: Int } type B { b: Int } type C { c: Int }',
    'type Query { u: U a: A b: B c: C } union U = A | C type A { a: Int } type B { b: Int } type C { c: Int }',
    'breaking UNION_MEMBER_REMOVED U <- B U',
    'dangerous UNION_MEMBER_ADDED U',
  ],
  'interfaces of a type': [
    'type Query { n: N m: M t: T } interface N { i: ID } interface M { i: ID } type T implements N { i: ID }',
    'type Query { n: N m: M t: T } interface N { i: ID } interface M { i: ID } type T implements M { i: ID }',
    'breaking INTERFACE_REMOVED T <- T N',
    'dangerous INTERFACE_ADDED T',
  ],
  'a type that alone was in two unions': [
    'type Query { u: U v: V w: W } union U = A | B union V = A | C union W = A | B type A { a: Int } type B { a: Int } type C { a: Int }',
    'type Query { u: U v: V w: W } union U = B union V = C union W = B type B { a: Int } type C { a: Int }',
    'breaking TYPE_REMOVED A <- A U V W',
    'breaking UNION_MEMBER_REMOVED U <- A U V W',
    'breaking UNION_MEMBER_REMOVED V <- A V U W',
    'breaking UNION_MEMBER_REMOVED W <- A W U V',
  ],
  'what is only said': [
    '"One." type Query { "One." a("One." x: Int): Role @deprecated(reason: "x") b: Int @deprecated } enum Role { A }',
    '"Two." type Query { a("Two." x: Int): Role b: Int @deprecated(reason: "y") } "Which." enum Role { A @deprecated }',
    'safe DESCRIPTION_CHANGED Query',
    'safe DEPRECATION_REMOVED Query.a',
    'safe DESCRIPTION_CHANGED Query.a',
    'safe DESCRIPTION_CHANGED Query.a(x:)',
    'safe DEPRECATION_REASON_CHANGED Query.b',
    'safe DESCRIPTION_CHANGED Role',
    'safe DEPRECATION_ADDED Role.A',
  ],
  'what specifies a scalar': [
    'type Query { a: A b: B } scalar A scalar B @specifiedBy(url: "https://b.example")',
    'type Query { a: A b: B } scalar A @specifiedBy(url: "https://a.example") scalar B',
    'dangerous SPECIFIED_BY_CHANGED B',
    'safe SPECIFIED_BY_CHANGED A',
  ],
  directives: [
    'directive @a(x: Int) repeatable on FIELD | QUERY directive @b on FIELD type Query { a: Int }',
    'directive @a(y: Int!) on FIELD | MUTATION directive @c on FIELD type Query { a: Int }',
    'breaking DIRECTIVE_LOCATION_REMOVED @a <- @a',
    'breaking DIRECTIVE_REPEATABLE_REMOVED @a <- @a',
    'breaking ARGUMENT_REMOVED @a(x:) <- @a(x:)',
    'breaking ARGUMENT_ADDED @a(y:) <- @a',
    'breaking DIRECTIVE_REMOVED @b <- @b',
    'safe DIRECTIVE_LOCATION_ADDED @a',
    'safe DIRECTIVE_ADDED @c',
  ],
  'root types': [
    'schema { query: Q subscription: S } type Q { a: Int s: S m: M } type S { s: Int } type M { m: Int }',
    'schema { query: Q mutation: M } type Q { a: Int s: S m: M } type S { s: Int } type M { m: Int }',
    'breaking ROOT_TYPE_REMOVED S <- S S.s',
    'safe ROOT_TYPE_ADDED M',
  ],
  'a root type of another name': [
    'schema { query: Q } type Q { a: R } type R { a: R }',
    'schema { query: R } type Q { a: R } type R { a: R }',
    'breaking ROOT_TYPE_CHANGED Q <- Q Q.a',
  ],
  'extensions, as if they were written in one': [
    'type Query { a: Int } extend type Query { b: Int }',
    'type Query { a: Int b: Int }',
  ],
};

describe('the changes between two schemas', () => {
  it.each(Object.entries(changes))('name %s', (_, [before, after, ...expected]) => {
    expect(diff(before, after)).toEqual(expected);
  });

  it('name all types when there was no schema', () => {
    expect(diff(undefined, `type Query { a: Role } ${role} directive @live on QUERY`)).toEqual([
      'safe DIRECTIVE_ADDED @live',
      'safe TYPE_ADDED Query',
      'safe TYPE_ADDED Role',
    ]);
  });

  it('are told in sentences, with texts of the schema cut and on one line', () => {
    const reason = `Use\nb. ${'x'.repeat(1_000)}`;
    const [change] = diffSchemas(
      `type Query { a: Int @deprecated(reason: ${JSON.stringify(reason)}) b: Int }`,
      'type Query { b: Int }',
    );
    expect(change?.message).toBe(
      `Field Query.a was removed; it was deprecated: ${JSON.stringify(`${reason.slice(0, 100)}…`)}.`,
    );
    const [other] = diffSchemas('type Query { a(x: Int = 1): Int }', 'type Query { a(x: Int! = 2): Int }');
    expect(other?.message).toBe('Argument Query.a(x:) was Int and is Int! now.');
  });

  it('have the ids that approvals were given for, in every later version', () => {
    const before = 'type Query { a(x: Int): Int b: Int u: U } union U = A | B type A { a: Int } type B { b: Int }';
    const ids = (after: string) => diffSchemas(before, after).map(({ id, message }) => `${id} ${message}`);
    expect(ids('type Query { b: Int u: U } union U = A type A { a: Int } type B { b: Int c: Int }')).toEqual([
      'b7e4191f3ddb Field Query.a was removed.',
      '5c25b8fb64d7 B was removed from union U.',
      '2b12bb9e6e6f Field B.c was added.',
    ]);
  });

  it('take seconds between schemas of 60,000 lines', { timeout: 60_000 }, () => {
    const sdl = (version: string) => {
      const types = Array.from(
        { length: 5_000 },
        (_, t) =>
          `"One of many."\ntype T${t} implements Node {\n  id: ID!\n  name(\n    style: Style = SHORT\n  ): String\n  next${version}: T${(t + 1) % 5_000}\n  list(first: Int): [T${(t * 7) % 5_000}!]!\n  old: Int @deprecated(reason: "Use name.")\n  more: [String!]!\n}\n`,
      );
      const roots = Array.from({ length: 5_000 }, (_, t) => `  t${t}(id: ID!): T${t}`);
      return `type Query {\n${roots.join('\n')}\n}\n\ninterface Node {\n  id: ID!\n}\n\nenum Style {\n  SHORT\n}\n${types.join('\n')}`;
    };
    const [before, after] = [sdl('A'), sdl('B')];
    expect(before.split('\n').length).toBeGreaterThan(60_000);
    const start = process.cpuUsage();
    expect(diffSchemas(before, after)).toHaveLength(10_000);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });
});

// Random schemas over few names, so that two of them have much in common.
const scalar = fc.constantFrom('Int', 'String', 'Int!', '[Int]', '[Int!]!');
const output = fc.oneof(scalar, fc.constantFrom('A', '[B!]', 'U', 'N!'));
const args = fc
  .uniqueArray(fc.tuple(fc.constantFrom('x', 'y'), scalar), { maxLength: 2, selector: ([name]) => name })
  .map((given) => (given.length === 0 ? '' : `(${given.map(([name, type]) => `${name}: ${type}`).join(', ')})`));
const fields = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), args, output), {
    maxLength: 4,
    selector: ([name]) => name,
  })
  .map((given) => given.map(([name, some, type]) => `  ${name}${some}: ${type}`).join('\n'));
const schemaText = fc
  .tuple(fields, fields, fields, fc.constantFrom('A', 'B', 'A | B'), fc.boolean(), fc.boolean())
  .map(([query, a, b, union, aIsNode, bIsNode]) =>
    [
      `type Query {\n  always: N\n  u: U\n  one: A\n  other: B\n${query}\n}`,
      'interface N {\n  id: ID\n}',
      `union U = ${union}`,
      `type A ${aIsNode ? 'implements N ' : ''}{\n  id: ID\n${a}\n}`,
      `type B ${bIsNode ? 'implements N ' : ''}{\n  id: ID\n${b}\n}`,
    ].join('\n'),
  );

// Others may share the machine; alone it takes three seconds.
describe('the changes between any two schemas', { timeout: 60_000 }, () => {
  it('are none between a schema and itself, however it is written', () => {
    fc.assert(
      fc.property(schemaText, (sdl) => {
        expect(diffSchemas(sdl, sdl)).toEqual([]);
        const reversed = parse(sdl).definitions.toReversed();
        expect(diffSchemas(sdl, reversed.map(({ loc }) => sdl.slice(loc?.start, loc?.end)).join('\n'))).toEqual([]);
      }),
    );
  });

  it('have ids that are unique and the same again, and are breaking where graphql-js finds what breaks', () => {
    fc.assert(
      fc.property(schemaText, schemaText, (before, after) => {
        const found = diffSchemas(before, after);
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        expect(diffSchemas(before, after)).toEqual(found);
        const theirs = findBreakingChanges(buildSchema(before), buildSchema(after)).filter(
          ({ description }) => !description.startsWith('Standard scalar'),
        );
        expect(found.filter(({ level }) => level === 'breaking')).toHaveLength(theirs.length);
        expect(found.every(({ level, uses }) => (level === 'breaking') === uses.length > 0)).toBe(true);
      }),
    );
  });

  it('break the operations that use what was removed, and no operation that uses nothing of a breaking change', () => {
    fc.assert(
      fc.property(schemaText, schemaText, (before, after) => {
        const [former, latter] = [buildSchema(before), buildSchema(after)];
        const breaking = diffSchemas(before, after).filter(({ level }) => level === 'breaking');
        const uses = new Set(breaking.flatMap((change) => change.uses));
        const removed = new Set(
          breaking.filter(({ code }) => /^(FIELD|ARGUMENT)_REMOVED$/.test(code)).flatMap((change) => change.uses),
        );
        for (const operation of operationsOf(former)) {
          const document = parse(operation);
          if (validate(former, document).length > 0) continue;
          const used = listCoordinates(former, document);
          const isValid = validate(latter, document).length === 0;
          if (used.some((coordinate) => removed.has(coordinate)))
            expect([operation, isValid]).toEqual([operation, false]);
          else if (!isValid) expect(used.filter((coordinate) => uses.has(coordinate))).not.toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  });
});

/** Operations that call each field with as few arguments as can be and with all, and some that have fragments. */
function operationsOf(schema: GraphQLSchema): readonly string[] {
  const calls = (['Query', 'A', 'B'] as const).flatMap((parent) => {
    const type = schema.getType(parent);
    return Object.values(isObjectType(type) ? type.getFields() : {}).flatMap(({ name, args: all, type: answer }) => {
      const below = { A: '{ id }', B: '{ id }', N: '{ id }', U: '{ __typename }' }[getNamedType(answer).name] ?? '';
      return [all.filter(isRequiredArgument), all].map((given) => {
        const written = given.map((argument) => `${argument.name}: ${/String/.test(`${argument.type}`) ? '"s"' : 1}`);
        const call = `${name}${written.length > 0 ? `(${written.join(' ')})` : ''} ${below}`;
        return { Query: `{ ${call} }`, A: `{ one { ${call} } }`, B: `{ other { ${call} } }` }[parent];
      });
    });
  });
  const fragments = ['A', 'B', 'N'].flatMap((type) =>
    ['u', 'always', 'one', 'other'].map((field) => `{ ${field} { ... on ${type} { id } } }`),
  );
  return [...new Set([...calls, ...fragments])];
}
