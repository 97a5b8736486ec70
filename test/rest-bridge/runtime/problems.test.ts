import { describe, expect, it } from 'vitest';
import { InvalidRestSubgraphError } from '../../../rest-bridge/runtime/rest-problem.ts';
import { createRestSubgraph } from '../../../rest-bridge/runtime/rest-subgraph.ts';

/** `coordinate: message` of each problem. */
function problemsOf(sdl: string, url = 'https://shop.test/v1') {
  const call = () => Promise.reject(new Error('nothing is called'));
  try {
    createRestSubgraph({ name: 'shop', url, sdl, maxConcurrency: 1, call });
  } catch (error) {
    if (!(error instanceof InvalidRestSubgraphError)) throw error;
    for (const { subgraph, code } of error.problems) expect([subgraph, code]).toEqual(['shop', 'INVALID_REST_SCHEMA']);
    for (const { message } of error.problems) expect(error.message).toContain(message);
    return error.problems.map(({ coordinate, message }) => `${coordinate}: ${message}`);
  }
  return [];
}

const query = (field: string, more = '') => `type Query { f${field} } ${more}`;
const entity = (directives: string, fields = 'id: ID! name: String') => `type T ${directives} { ${fields} }`;

describe('creating a REST subgraph', () => {
  it.each<[string, string, string]>([
    ['text that is not GraphQL', 'type {', 'undefined: Syntax Error'],
    ['a type that is not there', query(': Missing @rest(path: "/")'), 'undefined: Unknown type: "Missing"'],
    ['a type of two kinds', 'type A { a: Int } input A { a: Int }', 'undefined: A is defined as two kinds'],
    [
      'types that do not fit',
      'interface I { a: Int } type A implements I { b: Int }',
      'undefined: Interface field I.a',
    ],
    ['a root field without @rest', query(': Int'), 'Query.f: A field of the query or mutation type needs a @rest'],
    ['a mutation without @rest', 'type Mutation { m: Int }', 'Mutation.m: A field of the query'],
    ['a subscription', 'type Subscription { s: Int }', 'Subscription: A REST service has no subscriptions'],
    ['@rest without path', query(': Int @rest'), 'Query.f: @rest is not as it is defined'],
    ['@rest with an unknown method', query(': Int @rest(path: "/", method: HEAD)'), 'Query.f: @rest is not as'],
    ['two @rest on a field', query(': Int @rest(path: "/a") @rest(path: "/b")'), 'Query.f: A field is fetched by one'],
    ['a path that does not begin with /', query(': Int @rest(path: "a")'), 'Query.f: The path "a" must begin with "/"'],
    ['a path that climbs', query(': Int @rest(path: "/a/%2E%2e/b")'), 'Query.f: The path "/a/%2E%2e/b" has a "."'],
    ['a query in the path', query(': Int @rest(path: "/a?b=c")'), 'Query.f: The path has "?" or "#"'],
    ['braces of another kind', query('(id: ID): Int @rest(path: "/a/{id}")'), 'Query.f: The path has a brace'],
    ['a bad escape in the path', query(': Int @rest(path: "/100%")'), 'Query.f: The path has'],
    [
      'an expression without an end',
      query(': Int @rest(path: "/{$args.id")'),
      'Query.f: "/{$args.id" has an expression without',
    ],
    ['an unknown expression', query(': Int @rest(path: "/{$arg.id}")'), 'Query.f: "{$arg.id}" is not an expression'],
    [
      'an argument that is not there',
      query('(a: Int): Int @rest(path: "/{$args.b}")'),
      'Query.f: There is no argument "b"',
    ],
    [
      'an input field that is not there',
      query('(a: A): Int @rest(path: "/{$args.a.c}")', 'input A { b: Int }'),
      'Query.f: A has no field "c"',
    ],
    [
      'a path into a list',
      query('(a: [A]): Int @rest(path: "/{$args.a.b}")', 'input A { b: Int }'),
      'Query.f: An expression cannot go into a list',
    ],
    ['a path below a leaf', query('(a: Int): Int @rest(path: "/{$args.a.b}")'), 'Query.f: Int has no field "b"'],
    [
      'an object in a path',
      query('(a: A): Int @rest(path: "/{$args.a}")', 'input A { b: Int }'),
      'Query.f: "a" is an object',
    ],
    [
      '$this on a root field',
      query(': Int @rest(path: "/{$this.id}")'),
      'Query.f: "{$this.id}" cannot be used here; use $args',
    ],
    ['$this of a field that is not there', 'type T { a: Int @rest(path: "/{$this.b}") }', 'T.a: T has no field "b"'],
    ['$this as a whole', 'type T { a: Int @rest(path: "/{$this}") }', 'T.a: An expression must name a field'],
    [
      'a header that HTTP does not know',
      query(': Int @rest(path: "/", headers: [{ name: "a b", value: "" }])'),
      'Query.f: "a b" is not a header',
    ],
    [
      'a header of the connection',
      query(': Int @rest(path: "/", headers: [{ name: "Host", value: "" }])'),
      'Query.f: The header "Host" is set',
    ],
    [
      'a body of a GET',
      query(': Int @rest(path: "/", body: { value: "" })'),
      'Query.f: A GET request cannot have a body',
    ],
    [
      'a body without anything',
      query(': Int @rest(method: POST, path: "/", body: {})'),
      'Query.f: A body needs either',
    ],
    [
      'fields of text',
      query(': Int @rest(method: POST, path: "/", body: { type: TEXT, fields: [] })'),
      'Query.f: A TEXT body has no fields',
    ],
    [
      'a content type of several parts',
      query(
        ': Int @rest(method: POST, path: "/", headers: [{ name: "Content-Type", value: "a" }], body: { type: MULTIPART, fields: [] })',
      ),
      'Query.f: The content type of a MULTIPART body',
    ],
    [
      'select that is no path',
      query(': Int @rest(path: "/", select: "a..b")'),
      'Query.f: select must be a dotted path',
    ],
    ['batch on a field', query(': Int @rest(path: "/", batch: {})'), 'Query.f: batch is for @rest on types'],
    ['@restName without a name', 'type T { a: Int @restName }', 'T.a: @restName is not as it is defined'],
    ['@restName of an enum value without a name', 'enum E { A @restName }', 'E.A: @restName is not as it is defined'],
    [
      '@restType that maps to another type',
      'type A { a: Int } type B { b: Int } union U @restType(discriminator: "k", mapping: [{ value: "x", type: "B" }]) = A',
      'U: @restType maps "x" to B',
    ],
    ['@key without @rest', entity('@key(fields: "id")'), 'T: @key(fields: "id") needs a @rest on T'],
    ['@rest without @key', entity('@rest(path: "/{$this.id}")'), 'T: A type with @rest needs a @key'],
    ['a @key that is not fields', entity('@key(fields: "{ id")'), 'T: @key(fields: "{ id") is not a list of fields'],
    [
      'a key of which no call uses the fields',
      entity('@key(fields: "id") @key(fields: "name") @rest(path: "/{$key.id}")'),
      'T: @key(fields: "name") needs a @rest',
    ],
    [
      'a call by what is no key',
      entity('@key(fields: "id") @rest(path: "/{$key.name}")'),
      'T: No @key has all the fields that @rest uses: name',
    ],
    [
      'an entity call that names no entity',
      entity('@key(fields: "id") @rest(path: "/all")'),
      'T: @rest must say which entity it loads; use {$key.field}',
    ],
    [
      '$keys without batch',
      entity('@key(fields: "id") @rest(path: "/{$keys.id}")'),
      'T: "{$keys.id}" cannot be used here; use $key, $this',
    ],
    [
      '$key with batch',
      entity('@key(fields: "id") @rest(path: "/{$key.id}", batch: {})'),
      'T: "{$key.id}" cannot be used here; use $keys',
    ],
    [
      'batch without $keys',
      entity('@key(fields: "id") @rest(path: "/all", batch: {})'),
      'T: @rest must say which entity it loads; use {$keys.field}',
    ],
    [
      'batch of none',
      entity('@key(fields: "id") @rest(path: "/{$keys.id}", batch: { maxSize: 0 })'),
      'T: batch.maxSize must be at least 1',
    ],
    [
      'matchOn with fewer names than the key',
      entity('@key(fields: "id name") @rest(path: "/{$keys.id}", batch: { matchOn: "id" })'),
      'T: batch.matchOn must name 2 properties',
    ],
  ])('refuses %s', (_what, sdl, expected) => {
    const problems = problemsOf(sdl);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it.each([
    '',
    'ftp://shop.test',
    'https://user:pw@shop.test',
    'https://shop.test/?a',
    'https://shop.test/#a',
    '//shop.test',
  ])('refuses the URL "%s"', (url) => {
    expect(problemsOf('type A { a: Int }', url)).toEqual([expect.stringMatching(/^undefined: The URL/)]);
  });

  it('says everything at once', () => {
    const sdl = `
      type Query {
        a(id: ID): Int @rest(path: "/{$args.x}", query: [{ name: "y", value: "{$args.y}" }], headers: [{ name: "é", value: "{$z}" }])
        b: Int
      }
      type T @key(fields: "id") { id: ID! name: String @restName(name: 5) }
    `;
    expect(problemsOf(sdl, 'nowhere').map((problem) => problem.split(':')[0])).toEqual([
      'undefined',
      'T.name',
      'T',
      'Query.a',
      'Query.a',
      'Query.a',
      'Query.a',
      'Query.b',
    ]);
  });

  it('takes federation v1 and v2, keys that need no loading, and SDL that brings the definitions along', () => {
    const sdl = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
      schema { query: Root }
      directive @key(fields: String!) on OBJECT
      scalar _Any
      type _Service { sdl: String }
      union _Entity = A
      type Root { _service: _Service! _entities(representations: [_Any!]!): [_Entity]! a: A @rest(path: "/a") }
      extend type Root { b: A @rest(path: "/b") }
      extend type A @key(fields: "id") { id: ID! @external x: Int @rest(path: "/x/{$this.id}") }
      type B @key(fields: "id") @shareable { id: ID! }
      type C @key(fields: "id", resolvable: false) { id: ID! name: String }
    `;
    expect(problemsOf(sdl)).toEqual([]);
  });
});
