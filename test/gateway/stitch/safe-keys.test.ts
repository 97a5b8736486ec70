import { expect, it } from 'vitest';
import { createStitchedEngine } from '../../../gateway/stitch/stitched-engine.ts';
import { runCase } from '../../property/run-case.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])`;

const subgraphs = [
  {
    name: 'people',
    sdl: `${link}
      type Query { people: [Person!]! }
      type Person @key(fields: "id") @key(fields: "first last") {
        id: ID! first: String! last: String! age: Int! friend: Person
      }`,
  },
  {
    name: 'posts',
    sdl: `${link}
      type Person @key(fields: "id") {
        id: ID! age: Int! @external posts: [Post!] rank: Float @requires(fields: "age") best: Post!
      }
      type Post { title: String! author: Person }`,
  },
];

it.each([
  ['of a key', '{ people { id: first posts { title } } }'],
  ['of a key, beside another', '{ people { first: id last: first posts { title } rank } }'],
  ['of what is required', '{ people { age: first rank } }'],
  ['of a key, for objects', '{ people { id: friend { id: last posts { title } } rank } }'],
  ['of a key, for objects of the other subgraph', '{ people { id: posts { title author { id: last rank } } } }'],
  ['__typename', '{ people { __typename: id id: __typename posts { title } } }'],
])('takes no alias for a field that objects are loaded by: the name %s', async (_name, text) => {
  const data = { seed: 6, nulls: 0, errors: 0, dangling: 0 };
  const verdicts = await runCase(createStitchedEngine, { subgraphs, data, operations: [{ text, variables: {} }] });
  expect(verdicts.flatMap(({ findings }) => findings)).toEqual([]);
});
