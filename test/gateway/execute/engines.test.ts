import { beforeEach, describe, expect, it } from 'vitest';
import { createTestSubgraph, type TestSubgraph } from '../../support/federated-subgraph.ts';
import { createTestGraph, engineNames, type TestGraph } from '../../support/test-graph.ts';

const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.3"
  import: ["@key", "@requires", "@external", "@shareable", "@inaccessible"]
)`;

const people = new Map([
  ['1', { id: '1', name: 'Ada', secret: 7 }],
  ['2', { id: '2', name: 'Bob', secret: 8 }],
]);

function createPeople(): TestSubgraph {
  return createTestSubgraph({
    name: 'people',
    sdl: `${link}
      type Query { people: [Person!]! person(id: ID!): Person node: Node }
      type Mutation { rename(id: ID!, name: String!): Person }
      type Subscription { joined: Person }
      interface Node { id: ID! }
      type Person implements Node @key(fields: "id") { id: ID! name: String! secret: Int @inaccessible }`,
    resolvers: {
      Query: {
        people: () => [...people.values()],
        person: (_: unknown, { id }: { id: string }) => people.get(id),
        node: () => ({ __typename: 'Person', ...people.get('1') }),
      },
      Mutation: {
        rename: (_: unknown, change: { id: string; name: string }) => ({ ...people.get(change.id), ...change }),
      },
      Subscription: {
        joined: {
          async *subscribe() {
            for (const joined of people.values()) yield { joined };
          },
        },
      },
      Person: { __resolveReference: ({ id }: { id: string }) => people.get(id) },
    },
  });
}

function createPosts(): TestSubgraph {
  return createTestSubgraph({
    name: 'posts',
    sdl: `${link}
      type Query { latest: Post }
      type Post @key(fields: "id") { id: ID! title: String author: Person tone: Tone }
      enum Tone { CALM LOUD }
      type Person @key(fields: "id") {
        id: ID!
        name: String! @external
        posts: [Post!]
        karma: Int
        greeting: String @requires(fields: "name")
      }`,
    resolvers: {
      Query: { latest: () => ({ id: 'p2', title: 'Second', author: { id: '2' }, tone: 'CALM' }) },
      Person: {
        __resolveReference: (reference: object) => reference,
        posts: ({ id }: { id: string }) => (id === '1' ? [{ id: 'p1', title: null, author: { id: '1' } }] : null),
        karma: ({ id }: { id: string }) => {
          if (id === '2') throw new Error('SELECT karma FROM secrets failed at 10.0.0.7');
          return 5;
        },
        greeting: ({ name }: { name: string }) => `Hello ${name}`,
      },
    },
  });
}

describe.each(engineNames)('the %s engine', (engine) => {
  let posts: TestSubgraph;
  let graph: TestGraph;
  beforeEach(() => {
    posts = createPosts();
    graph = createTestGraph([createPeople(), posts], { engine });
  });

  it('joins entities of two subgraphs, in the order the client asked', async () => {
    const answer = await graph.run(
      '{ people { posts { title id } name greeting } __typename latest { author { name } } }',
    );
    expect(JSON.stringify(answer)).toBe(
      JSON.stringify({
        data: {
          people: [
            { posts: [{ title: null, id: 'p1' }], name: 'Ada', greeting: 'Hello Ada' },
            { posts: null, name: 'Bob', greeting: 'Hello Bob' },
          ],
          __typename: 'Query',
          latest: { author: { name: 'Bob' } },
        },
      }),
    );
  });

  it('keeps everything else of the answer when one subgraph is unreachable, with errors at the right paths', async () => {
    graph.down.add('posts');
    const answer = await graph.run('{ people { name posts { id } } latest { id } }');
    expect(answer).toMatchObject({
      data: {
        people: [
          { name: 'Ada', posts: null },
          { name: 'Bob', posts: null },
        ],
        latest: null,
      },
    });
    const errors = 'errors' in answer ? (answer.errors ?? []) : [];
    expect(
      errors.map(({ path, extensions }) => [path?.join('.'), extensions['code'], extensions['subgraph']]).sort(),
    ).toEqual([
      ['latest', 'SUBGRAPH_UNREACHABLE', 'posts'],
      ['people.0.posts', 'SUBGRAPH_UNREACHABLE', 'posts'],
      ['people.1.posts', 'SUBGRAPH_UNREACHABLE', 'posts'],
    ]);
  });

  it('masks what a subgraph says, keeps where it says it, and shows it when asked to', async () => {
    const query = '{ people { karma } }';
    const expected = { data: { people: [{ karma: 5 }, { karma: null }] } };
    const masked = await graph.run(query);
    expect(masked).toMatchObject({ ...expected, errors: [{ path: ['people', 1, 'karma'] }] });
    expect(JSON.stringify(masked)).not.toContain('SELECT');

    const shown = await createTestGraph([createPeople(), createPosts()], { engine, subgraphMessages: 'shown' }).run(
      query,
    );
    expect(shown).toMatchObject({ errors: [{ message: expect.stringContaining('SELECT karma') }] });
  });

  it('answers introspection from the public schema, alone and among data', async () => {
    const answer = await graph.run(
      'query Q { people { name } ...Schema __typename } fragment Schema on Query { person: __type(name: "Person") { fields { name } } }',
    );
    expect(answer).toMatchObject({ data: { person: { fields: expect.arrayContaining([{ name: 'karma' }]) } } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect('data' in answer && Object.keys(answer.data ?? {})).toEqual(['people', 'person', '__typename']);
    await graph.run('{ __schema { queryType { name } } }');
    expect(posts.operations).toEqual([]);
  });

  it('nulls what a non-null field cannot be without, and says so without values of the subgraph', async () => {
    const broken = createPeople();
    const lying = {
      ...broken,
      transport: {
        ...broken.transport,
        send: async () => ({ data: { people: [{ __typename: 'Person', name: null }] } }),
      },
    };
    const answer = await createTestGraph([lying, posts], { engine }).run('{ people { name } }');
    expect(answer).toMatchObject({
      data: null,
      errors: [
        {
          message: 'Cannot return null for non-nullable field Person.name.',
          path: ['people', 0, 'name'],
          extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
        },
      ],
    });
  });

  it('hides a value that does not fit the schema', async () => {
    const liar = createPosts();
    const lying = {
      ...liar,
      transport: {
        ...liar.transport,
        send: async () => ({ data: { latest: { __typename: 'Post', author: 'db-password' } } }),
      },
    };
    const answer = await createTestGraph([createPeople(), lying], { engine }).run('{ latest { author { id } } }');
    expect(answer).toMatchObject({
      data: { latest: { author: null } },
      errors: [{ extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } }],
    });
    expect(JSON.stringify(answer)).not.toContain('db-password');
  });

  it('logs a fault whole and tells the client nothing of it', async () => {
    const faulty = createPeople();
    const failing = {
      ...faulty,
      transport: { ...faulty.transport, send: () => Promise.reject(new TypeError('x is not a function')) },
    };
    const test = createTestGraph([failing, posts], { engine });
    const answer = await test.run('{ person(id: "1") { name } }');
    expect(answer).toMatchObject({
      data: { person: null },
      errors: [{ message: 'Unexpected error.', path: ['person'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(test.lines).toMatchObject([
      { level: 'error', fields: { requestId: 'request-1', error: expect.any(TypeError) } },
    ]);
  });

  it('does not write into data that other requests share', async () => {
    const people = createPeople();
    const data = { person: { __typename: 'Person', id: '1', name: 'Ada' } };
    const text = JSON.stringify(data);
    const sharing = {
      ...people,
      transport: { ...people.transport, send: async () => ({ data: deepFreeze(data), shared: true }) },
    };
    const answer = await createTestGraph([sharing, posts], { engine }).run('{ person(id: "1") { name karma } }');
    expect(answer).toMatchObject({ data: { person: { name: 'Ada', karma: 5 } } });
    expect(JSON.stringify(data)).toBe(text);
  });

  it('runs mutations in the order they are written', async () => {
    const answer = await graph.run(
      'mutation { a: rename(id: "1", name: "X") { name karma } b: rename(id: "2", name: "Y") { name } }',
    );
    expect(answer).toMatchObject({ data: { a: { name: 'X', karma: 5 }, b: { name: 'Y' } } });
  });

  it('streams the events of a subscription, with fields of other subgraphs', async () => {
    const answer = await graph.run('subscription { joined { name greeting } }');
    if (!(Symbol.asyncIterator in answer)) throw new Error('There must be a stream.');
    const events = [];
    for await (const event of answer) events.push(event);
    expect(events).toMatchObject([
      { data: { joined: { name: 'Ada', greeting: 'Hello Ada' } } },
      { data: { joined: { name: 'Bob', greeting: 'Hello Bob' } } },
    ]);
  });
});

describe('the compiled engine', () => {
  it('says which labels of overrides are of no field', async () => {
    const { lines } = createTestGraph([createPeople(), createPosts()], {
      engine: 'compiled',
      overrideLabels: ['mvoe'],
    });
    expect(lines).toMatchObject([{ level: 'error', fields: { labels: ['mvoe'] } }]);
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
