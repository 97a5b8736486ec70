import { describe, expect, it } from 'vitest';
import { createTestSubgraph } from '../../support/federated-subgraph.ts';
import { createTestGraph, engineNames } from '../../support/test-graph.ts';

const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.3"
  import: ["@key", "@interfaceObject", "@shareable", "@external", "@requires"]
)`;

const media = new Map([
  ['1', { __typename: 'Film', id: '1', title: 'Metropolis', minutes: 153 }],
  ['2', { __typename: 'Song', id: '2', title: 'Daisy Bell', minutes: 3 }],
]);

function createCatalog() {
  const load = ({ id }: { id: string }) => media.get(id);
  return createTestSubgraph({
    name: 'catalog',
    sdl: `${link}
      type Query { media: [Media!]! }
      interface Media @key(fields: "id") { id: ID! title: String! }
      type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int }
      type Song implements Media @key(fields: "id") { id: ID! title: String! }`,
    resolvers: {
      Query: { media: () => [...media.values()] },
      Media: { __resolveType: ({ __typename }: { __typename: string }) => __typename, __resolveReference: load },
      Film: { __resolveReference: load },
      Song: { __resolveReference: load },
    },
  });
}

function createReviews() {
  return createTestSubgraph({
    name: 'reviews',
    sdl: `${link}
      type Query { best: Media loved: [Media!]! }
      type Media @key(fields: "id") @interfaceObject {
        id: ID!
        title: String! @external
        stars: Int
        verdict: String @requires(fields: "title")
      }`,
    resolvers: {
      Query: { best: () => ({ id: '2' }), loved: () => [{ id: '1' }, { id: '2' }] },
      Media: {
        __resolveReference: (reference: object) => reference,
        stars: ({ id }: { id: string }) => Number(id) * 2,
        verdict: ({ title }: { title: string }) => `${title}!`,
      },
    },
  });
}

describe.each(engineNames)('an interface that a subgraph knows as an object, with the %s engine', (engine) => {
  it.each([
    [
      'its fields on each implementation',
      '{ media { __typename title stars ... on Film { minutes } } }',
      {
        media: [
          { __typename: 'Film', title: 'Metropolis', stars: 2, minutes: 153 },
          { __typename: 'Song', title: 'Daisy Bell', stars: 4 },
        ],
      },
    ],
    [
      'its fields on one implementation',
      '{ media { ... on Song { stars } id } }',
      { media: [{ id: '1' }, { stars: 4, id: '2' }] },
    ],
    [
      'fields that require others',
      '{ media { verdict } }',
      { media: [{ verdict: 'Metropolis!' }, { verdict: 'Daisy Bell!' }] },
    ],
    [
      'the type of what it finds itself',
      '{ best { __typename id stars ... on Film { minutes } } loved { stars ... on Film { minutes } } }',
      {
        best: { __typename: 'Song', id: '2', stars: 4 },
        loved: [{ stars: 2, minutes: 153 }, { stars: 4 }],
      },
    ],
  ])('answers %s', async (_what, query, data) => {
    const graph = createTestGraph([createCatalog(), createReviews()], { engine });
    const answer = await graph.run(query);
    expect('errors' in answer ? answer.errors : undefined).toBeUndefined();
    expect(JSON.stringify('data' in answer && answer.data)).toBe(JSON.stringify(data));
  });
});
