import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../schema/supergraph/problem.ts';
import { readSupergraph } from '../../../schema/supergraph/read.ts';
import { SupergraphError } from '../../../schema/supergraph/supergraph-error.ts';

function refusal(sdl: string): readonly Problem[] {
  try {
    readSupergraph(sdl);
  } catch (error) {
    if (error instanceof SupergraphError) return error.problems;
    throw error;
  }
  return [];
}

/** A supergraph of join v0.3 with more of the schema definition's directives, of its graphs and of its types. */
function supergraph({ features = '', graphs = 'A @join__graph(name: "a", url: "http://a")', types = '' } = {}): string {
  return `
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
      ${features}
    { query: Query }
    directive @join__graph(name: String!, url: String!) on ENUM_VALUE
    directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT
    directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
    scalar join__FieldSet
    scalar link__Import
    enum link__Purpose { SECURITY EXECUTION }
    enum join__Graph { ${graphs} }
    type Query @join__type(graph: A) { a: Int }
    ${types}`;
}

describe('a supergraph of another composer', () => {
  it('may be of federation 1, with features named by @core', () => {
    const { subgraphs, publicSdl } = readSupergraph(`
      schema
        @core(feature: "https://specs.apollo.dev/core/v0.2")
        @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION)
        @core(feature: "https://specs.apollo.dev/inaccessible/v0.1", as: "hidden", for: SECURITY)
      { query: Query mutation: Mutation }
      directive @core(feature: String!, as: String, for: core__Purpose) repeatable on SCHEMA
      directive @hidden on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
      directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
      directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
      directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
      directive @join__graph(name: String!, url: String!) on ENUM_VALUE
      directive @stream on FIELD
      enum core__Purpose { EXECUTION SECURITY }
      scalar join__FieldSet
      enum join__Graph {
        ACCOUNTS @join__graph(name: "accounts", url: "http://127.0.0.1:4001/graphql")
        REVIEWS @join__graph(name: "reviews" url: "")
      }
      type Query { me: User @join__field(graph: ACCOUNTS) }
      type Mutation { review: Int @join__field(graph: REVIEWS) }
      "Someone."
      type User @join__owner(graph: ACCOUNTS) @join__type(graph: ACCOUNTS, key: "id") @join__type(graph: REVIEWS, key: "id") {
        id: ID! @join__field(graph: ACCOUNTS)
        secret: String @hidden
      }`);
    expect(subgraphs).toEqual([
      { kind: 'federation', name: 'accounts', url: 'http://127.0.0.1:4001/graphql' },
      { kind: 'federation', name: 'reviews', url: '' },
    ]);
    expect(publicSdl).toBe(`schema {
  query: Query
  mutation: Mutation
}

directive @stream on FIELD

type Query {
  me: User
}

type Mutation {
  review: Int
}

"Someone."
type User {
  id: ID!
}`);
  });

  it('hides what is inaccessible wherever it stands, and what features brought', () => {
    const { publicSdl } = readSupergraph(
      supergraph({
        features: `
          @link(url: "https://specs.apollo.dev/inaccessible/v0.2", import: [{ name: "@inaccessible", as: "@private" }])
          @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
          @link(url: "https://example.org/audit/v1.0", as: "log")`,
        types: `
          directive @private on OBJECT
          directive @internal(note: log__Level) on OBJECT | FIELD
          directive @log(level: log__Level) on OBJECT
          directive @oneOf on INPUT_OBJECT
          enum log__Level { LOW }
          input join__ContextArgument { name: String! }
          scalar requiresScopes__Scope
          union Any = Open | Closed
          type Open implements Shown & Hidden @log(level: LOW) { id: ID x: Int @private f(a: Int @private, b: In): Color }
          type Closed @private { id: ID }
          interface Shown { id: ID }
          interface Hidden @private { id: ID }
          input In @oneOf { a: Int b: Int @private c: Int @deprecated(reason: "Old.") }
          enum Color { RED BLUE @private }
          scalar Date @specifiedBy(url: "https://example.org/date")
          scalar Other @private`,
      }).replace('@internal(note: log__Level)', '@internal'),
    );
    buildSchema(publicSdl);
    expect(publicSdl).toBe(`schema {
  query: Query
}

type Query {
  a: Int
}

directive @internal on FIELD

union Any = Open

type Open implements Shown {
  id: ID
  f(b: In): Color
}

interface Shown {
  id: ID
}

input In @oneOf {
  a: Int
  c: Int @deprecated(reason: "Old.")
}

enum Color {
  RED
}

scalar Date @specifiedBy(url: "https://example.org/date")`);
  });
});

it('leaves nothing of extensions that only applied machinery', () => {
  const { publicSdl } = readSupergraph(
    supergraph({ types: 'extend schema @log extend type Query @join__type(graph: A)' }),
  );
  expect(publicSdl).toBe('schema {\n  query: Query\n}\n\ntype Query {\n  a: Int\n}');
});

describe('a text that is no supergraph', () => {
  it.each([
    ['an empty text', '', 'The SDL is empty.'],
    ['broken SDL', 'type Query {', 'Syntax Error: Expected Name, found <EOF> (line 1, column 13).'],
    ['an operation', '{ a }', 'The SDL holds an operation or a fragment; it may only define types and directives.'],
    ['a plain schema', 'type Query { a: Int }', /^This is a plain GraphQL schema, not a supergraph/],
    [
      'a subgraph of federation 1',
      'type Query { a: A } type A @key(fields: "id") { id: ID }',
      /^This is the SDL of one subgraph, not a supergraph/,
    ],
    [
      'a subgraph of federation 2',
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@shareable"]) type Query { a: Int }',
      /^This is the SDL of one subgraph/,
    ],
    [
      'a graph without a URL',
      supergraph({ graphs: 'A @join__graph(name: "a")' }),
      /^join__Graph.A has no @join__graph\(name:, url:\)/,
    ],
    [
      'a kind of subgraph that is not known',
      supergraph({ graphs: 'A @join__graph(name: "a", url: "u") @overlock__soap' }),
      /^The @overlock directives of join__Graph.A are not understood/,
    ],
    [
      'a REST subgraph that is incomplete',
      supergraph({ graphs: 'A @join__graph(name: "a", url: "u") @overlock__rest(maxConcurrency: 0, sdl: "x")' }),
      /^The @overlock directives of join__Graph.A are not understood/,
    ],
    [
      'a lookup that is incomplete',
      supergraph({ graphs: 'A @join__graph(name: "a", url: "u") @overlock__graphql @overlock__entity(type: "T")' }),
      /^The @overlock directives of join__Graph.A are not understood/,
    ],
    [
      'a feature for execution that is not known',
      supergraph({ features: '@link(url: "https://specs.apollo.dev/connect/v0.1", for: EXECUTION)' }),
      'The supergraph needs the feature https://specs.apollo.dev/connect/v0.1 for execution, which is not supported; compose it without.',
    ],
    [
      'a type that is not defined',
      supergraph({ types: 'type A { b: Nope }' }),
      /^What clients would see is not a valid schema: Unknown type "Nope"/,
    ],
    ['a name that is reserved', supergraph({ types: 'type A { __b: Int }' }), /must not begin with "__"/],
  ])('is refused: %s', (_, sdl, message) => {
    const [problem, ...others] = refusal(sdl);
    expect(others).toEqual([]);
    expect(problem?.message).toMatch(message);
  });

  it('is refused with all reasons at once', () => {
    const sdl = supergraph({ types: 'type A { b: Nope c: Neither } type D' });
    expect(refusal(sdl).map(({ message }) => message)).toEqual([
      'What clients would see is not a valid schema: Unknown type "Nope".',
      'What clients would see is not a valid schema: Unknown type "Neither".',
    ]);
    const graphs = 'A @join__graph(name: "a") B';
    expect(refusal(supergraph({ graphs })).map(({ coordinate }) => coordinate)).toEqual([
      'join__Graph.A',
      'join__Graph.B',
    ]);
  });

  it('is refused by its size before it is read', () => {
    const [problem] = refusal(' '.repeat(33 * 1024 * 1024));
    expect(problem?.message).toBe('The SDL has 34603008 characters; 33554432 is the most that is read.');
  });
});
