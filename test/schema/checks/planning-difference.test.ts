import { describe, expect, it } from 'vitest';
import { findPlanningDifference } from '../../../schema/checks/planning-difference.ts';

const supergraph = `
  schema @link(url: "https://specs.apollo.dev/join/v0.3") { query: Query }
  directive @join__field(graph: String, requires: String, provides: String) repeatable on FIELD_DEFINITION
  type Query @join__type(graph: A) { me: User @join__field(graph: A) shop: Shop @join__field(graph: B) find(by: Filter): [Node] @join__field(graph: B) }
  type User implements Node @join__type(graph: A, key: "id org { id }") { id: ID! org: Org name: String }
  type Org @join__type(graph: A) { id: ID! title: String }
  type Shop @join__type(graph: B) { name: String goods: Goods }
  union Goods = Book | Toy
  type Book @join__type(graph: B) { title: String }
  type Toy @join__type(graph: B) { name: String }
  interface Node { id: ID! }
  input Filter { range: Range }
  input Range { least: Int }
`;
const operations = {
  me: ['Query.me', 'User.name'],
  shop: ['Query.shop', 'Shop.name'],
  goods: ['Book.title', 'Query.shop', 'Shop.goods'],
  find: ['Node.id', 'Query.find', 'Query.find(by:)', 'User.id'],
};

describe('the difference of two supergraphs to planning', () => {
  it.each([
    ['a type is used', 'name: String goods', 'name: String! goods', ['shop', 'goods']],
    [
      'a type is on the way of a key',
      'type Org @join__type(graph: A)',
      'type Org @join__type(graph: B)',
      ['me', 'find'],
    ],
    [
      'a member of a union is another one',
      'type Toy @join__type(graph: B)',
      'type Toy @join__type(graph: A)',
      ['goods'],
    ],
    ['an interface has more', 'interface Node { id: ID!', 'interface Node { id: ID! at: Int', ['me', 'find']],
    ['an input is within another one', 'least: Int', 'least: Int!', ['find']],
    ['a root field comes from elsewhere', 'me: User @join__field(graph: A)', 'me: User @join__field(graph: B)', ['me']],
    ['a root field is new', 'type Query @join__type(graph: A) {', 'type Query @join__type(graph: A) { new: Int @x', []],
    ['a directive is another one', 'repeatable on', 'on', ['me', 'shop', 'goods', 'find']],
    ['nothing is', '', '', []],
  ])('is for operations that it has to do with when %s', (_name, from, to, affected) => {
    const isDifferent = findPlanningDifference(supergraph, supergraph.replace(from, to));
    const found = Object.entries(operations).filter(([, coordinates]) => isDifferent(coordinates));
    expect(found.map(([name]) => name).sort()).toEqual(affected.toSorted());
  });

  it('is for what is not known well enough', () => {
    const isDifferent = findPlanningDifference(supergraph, supergraph);
    const many = Array.from({ length: 1_000 }, () => 'User.name');
    expect([[], many, ['Gone.id'], ['User.name']].map(isDifferent)).toEqual([true, true, true, false]);
  });
});
