import { describe } from 'vitest';
import { example } from './example.ts';

const search = /* GraphQL */ `
  type Query { search(text: String = "all", filter: Filter, tags: [String!]): String! }
  input Filter { pages: Int = 5  author: String  inner: Filter }`;
const shop = /* GraphQL */ `
  scalar Any
  scalar Json
  type Query { say(value: Json): Json  pick(by: By!): String!  item(id: ID!): Item }
  input By @oneOf { id: ID  name: String }
  type Item @key(fields: "id") { id: ID! }`;
const prices = /* GraphQL */ `
  type Item @key(fields: "id") { id: ID!  price(currency: String = "EUR"): String! }`;
const data = {
  Query: { search: echo, pick: echo, say: (_: unknown, { value }: { value: unknown }) => value, item: { id: '1' } },
  Item: [{ id: '1', price: (_: unknown, { currency }: { currency: string }) => `9 ${currency}` }],
};

describe('variables', () => {
  example('are sent only where they are used', {
    subgraphs: { search, shop, prices },
    data,
    operation: `query Q($text: String, $id: ID!, $currency: String, $off: Boolean = false) {
      search(text: $text) item(id: $id) { price(currency: $currency) id @include(if: $off) }
    }`,
    variables: { text: 'a', id: '1', currency: 'USD' },
    plan: `
      query: 3 fetches in 2 waves

      wave 1, in parallel
        fetch 1 from search
          query ($text: String) { search(text: $text) }
        fetch 2 from shop
          query ($id: ID!) { item(id: $id) { id } }

      wave 2
        fetch 3 from prices, after 2, with $currency
          for each Item at item { id }
            { ... on Item { price(currency: $currency) } }`,
    sent: {
      search: [{ text: 'a' }],
      shop: [{ id: '1' }],
      prices: [{ currency: 'USD', representations: [{ __typename: 'Item', id: '1' }] }],
    },
    answer: { search: '{"text":"a"}', item: { price: '9 USD' } },
  });

  example('that have no value are not sent, so that defaults of arguments count; null is a value', {
    subgraphs: { search, shop },
    data,
    operation: 'query Q($a: String, $b: String) { a: search(text: $a) b: search(text: $b) }',
    variables: { b: null },
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from search
          query ($a: String, $b: String) { search(text: $a) search__1: search(text: $b) }`,
    sent: { search: [{ b: null }] },
    answer: { a: '{"text":"all"}', b: '{"text":null}' },
  });

  example('have the default values of the operation', {
    subgraphs: { search, shop },
    data,
    operation:
      'query Q($text: String = "none", $filter: Filter = { author: "Ada" }) { search(text: $text, filter: $filter) }',
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from search
          query ($text: String = "none", $filter: Filter = {author: "Ada"}) {
            search(text: $text, filter: $filter)
          }`,
    answer: { search: '{"text":"none","filter":{"pages":5,"author":"Ada"}}' },
  });

  example('with the names that the gateway would take are sent beside its own', {
    subgraphs: { shop, prices },
    data,
    operation: 'query Q($representations: String) { item(id: "1") { price(currency: $representations) } }',
    variables: { representations: 'GBP' },
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from shop
          { item(id: "1") { id } }

      wave 2
        fetch 2 from prices, after 1, with $representations
          for each Item at item { id }
            { ... on Item { price(currency: $representations) } }`,
    sent: { prices: [{ representations: 'GBP', _representations: [{ __typename: 'Item', id: '1' }] }] },
    answer: { item: { price: '9 GBP' } },
  });
});

describe('values in the operation', () => {
  example('reach the subgraph as they are written: nulls, lists, and input objects with variables in them', {
    subgraphs: { search, shop },
    data,
    operation: `query Q($pages: Int, $tag: String!) {
      search(text: null, filter: { pages: $pages, author: null, inner: { pages: null } }, tags: ["a", $tag])
    }`,
    variables: { tag: 'b' },
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from search
          query ($pages: Int, $tag: String!) {
            search(
              text: null
              filter: {pages: $pages, author: null, inner: {pages: null}}
              tags: ["a", $tag]
            )
          }`,
    sent: { search: [{ tag: 'b' }] },
    answer: {
      search: '{"text":null,"filter":{"pages":5,"author":null,"inner":{"pages":null}},"tags":["a","b"]}',
    },
  });

  example('of custom scalars are any JSON, both ways', {
    subgraphs: { search, shop },
    data,
    operation:
      'query Q($value: Json) { a: say(value: $value) b: say(value: { deep: [1, { x: null }] }) c: say(value: 1.5) }',
    variables: { value: { list: [1, 'two', null], __proto: true } },
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from shop
          query ($value: Json) {
            say(value: $value)
            say__1: say(value: {deep: [1, {x: null}]})
            say__2: say(value: 1.5)
          }`,
    answer: { a: { list: [1, 'two', null], __proto: true }, b: { deep: [1, { x: null }] }, c: 1.5 },
  });

  example('of @oneOf name one field', {
    subgraphs: { search, shop },
    data,
    operation: 'query Q($by: By!) { a: pick(by: $by) b: pick(by: { name: "x" }) }',
    variables: { by: { id: '1' } },
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from shop
          query ($by: By!) { pick(by: $by) pick__1: pick(by: {name: "x"}) }`,
    answer: { a: '{"by":{"id":"1"}}', b: '{"by":{"name":"x"}}' },
  });
});

/** What a field was asked with. */
function echo(_object: unknown, args: unknown): string {
  return JSON.stringify(args);
}
