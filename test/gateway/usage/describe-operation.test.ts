import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../gateway/operation/operation.ts';
import { describeOperation } from '../../../gateway/usage/describe-operation.ts';

const schema = buildSchema(`
  directive @live(every: Int) on FIELD
  scalar Anything
  enum Role { ADMIN GUEST }
  input Address { city: String, role: Role, more: Anything }
  input Filter { name: String, ages: [Int!], role: Role, address: Address, any: [Filter!] }
  interface Node { id(short: Boolean): ID! }
  type User implements Node { id(short: Boolean): ID! name: String }
  type Pet implements Node { id(short: Boolean): ID! name: String }
  union Found = User | Pet
  type Query {
    users(filter: Filter, roles: [Role!], limit: Int, rate: Float, tag: String, id: ID, on: Boolean, any: Anything): [User]
    node(id: ID!): Node
    found: [Found]
  }
`);

/** What is recorded of a document with one operation, which has to be valid before and after. */
function describeText(text: string, name?: string) {
  const document = parse(text);
  const definition = getOperationAST(document, name);
  expect(validate(schema, document)).toEqual([]);
  if (!definition) throw new Error('no operation');
  const operation = { kind: definition.operation, name: definition.name?.value, document, definition } as Operation;
  const recorded = describeOperation(schema, operation);
  expect(validate(schema, parse(recorded.text)).map(({ message }) => message)).toEqual([]);
  return recorded;
}

const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

describe('what is recorded of an operation', () => {
  it.each([
    ['strings', '{ users(tag: "SECRET", id: "SECRET") { name } }', '{ users(tag: "", id: "") { name } }'],
    ['block strings', '{ users(tag: """SECRET""") { name } }', '{ users(tag: "") { name } }'],
    ['numbers', '{ users(limit: 77, rate: 7.7e7, id: 77) { name } }', '{ users(limit: 0, rate: 0, id: 0) { name } }'],
    ['lists', '{ users(roles: [ADMIN, GUEST]) { name } }', '{ users(roles: []) { name } }'],
    [
      'objects, whose keys stay as enum values and Booleans and null do',
      '{ users(on: true, tag: null, filter: { name: "SECRET", ages: [77], role: ADMIN, address: { city: "SECRET" } }) { name } }',
      '{ users( on: true tag: null filter: {name: "", ages: [], role: ADMIN, address: {city: ""}} ) { name } }',
    ],
    [
      'all of a custom scalar, names included',
      'query ($v: Int) { users(any: { SECRET: "SECRET", on: $v, in: [SECRET, true] }) { name } }',
      'query ($v: Int) { users(any: {on: $v}) { name } }',
    ],
    [
      'lists but for what holds variables',
      'query ($a: String, $b: Filter!) { users(filter: { any: [{ name: "SECRET" }, { name: $a, ages: [77] }, $b] }) { name } }',
      'query ($a: String, $b: Filter!) { users(filter: {any: [{name: $a, ages: []}, $b]}) { name } }',
    ],
    [
      'defaults of variables',
      'query ($f: Filter = { name: "SECRET" }, $n: Int = 77) { users(filter: $f, limit: $n) { name } }',
      'query ($f: Filter = {name: ""}, $n: Int = 0) { users(filter: $f, limit: $n) { name } }',
    ],
    ['arguments of directives', '{ users { name @live(every: 77) } }', '{ users { name @live(every: 0) } }'],
  ])('has no %s', (_name, text, expected) => {
    const { text: masked } = describeText(text);
    expect(flat(masked)).toBe(expected);
    expect(masked).not.toMatch(/SECRET|7/);
  });

  it('is the same however it is written and whatever its values are, and of the one operation only', () => {
    const one = describeText('query A { users(limit: 1) { ...F } } fragment F on User { name }');
    const other = describeText(
      '# why\nquery A{users(limit:2){...F}},query B{found{...G}},fragment F on User{name},fragment G on Pet{name}',
      'A',
    );
    expect(other).toEqual(one);
    expect(one).toMatchObject({ name: 'A', kind: 'query', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(describeText('query A { users { ...F } } fragment F on User { name }').hash).not.toBe(one.hash);
  });

  it.each([
    ['fields and arguments', '{ users(limit: 1) { name } }', ['Query.users', 'Query.users(limit:)', 'User.name']],
    [
      'fields of interfaces, and of the types that they stand for',
      '{ node(id: 1) { __typename id(short: true) } }',
      [
        ...['Node.id', 'Node.id(short:)', 'Pet.id', 'Pet.id(short:)', 'Query.node', 'Query.node(id:)'],
        ...['User.id', 'User.id(short:)'],
      ],
    ],
    [
      'what fragments select, and on what',
      '{ found { ...F ... on Pet { name } } } fragment F on User { name }',
      ['Pet', 'Pet.name', 'Query.found', 'User', 'User.name'],
    ],
    [
      'input fields and enum values in literals',
      '{ users(roles: [GUEST], filter: { address: { role: ADMIN } }) { name } }',
      [
        ...['Address', 'Address.role', 'Filter', 'Filter.address', 'Query.users', 'Query.users(filter:)'],
        ...['Query.users(roles:)', 'Role.ADMIN', 'Role.GUEST', 'User.name'],
      ],
    ],
    [
      'types of variables, and what their defaults use',
      'query ($f: Filter = { any: { role: GUEST } }, $n: Int) { users(filter: $f, limit: $n) { name } }',
      [
        ...['Filter', 'Filter.any', 'Filter.role', 'Query.users', 'Query.users(filter:)', 'Query.users(limit:)'],
        ...['Role.GUEST', 'User.name'],
      ],
    ],
    ['directives', '{ found @live(every: 1) { __typename } }', ['@live', '@live(every:)', 'Query.found']],
    ['nothing of the schema of schemas', '{ __schema { types { name } } found { __typename } }', ['Query.found']],
  ])('lists %s', (_name, text, expected) => {
    expect(describeText(text).coordinates).toEqual(expected);
  });

  it('is bounded for an interface of thousands of types, of which the document names itself first', () => {
    const types = Array.from({ length: 3_000 }, (_, index) => `type T${index} implements I { a: Int b: Int }`);
    const wide = buildSchema(`interface I { a: Int b: Int } type Query { i: I } ${types.join('\n')}`);
    const document = parse('{ i { a b } }');
    const definition = getOperationAST(document);
    const operation = { kind: 'query', name: undefined, document, definition } as Operation;
    const { coordinates } = describeOperation(wide, operation);
    expect(coordinates).toHaveLength(2_000);
    expect(coordinates).toEqual(expect.arrayContaining(['I.a', 'I.b', 'Query.i']));
  });
});
