import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BackendAnswer, type RestBackend, startRestBackend } from '../../support/rest-backend.ts';
import { createSubject, type RestSubject } from './rest-subject.ts';

const sdl = /* GraphQL */ `
  scalar JSON
  scalar Long
  scalar Binary
  scalar DateTime
  enum Color { DARK_RED @restName(name: "dark-red") BLUE ONE @restName(name: "1") }

  type Thing {
    id: ID
    name: String! @restName(name: "the-name")
    count: Int
    ratio: Float
    on: Boolean
    big: Long
    color: Color
    colors: [Color!]
    made: DateTime
    free: JSON
    tags: [String]
    part: Thing
    parts: [Thing!]
    constructor: String
    proto: String @restName(name: "__proto__")
    cost(currency: String = "EUR"): Int
      @rest(path: "/cost/{$this.part.id}", query: [{ name: "in", value: "{$args.currency}" }], select: "amount")
  }

  type Cat { id: ID! lives: Int! name: String }
  type Dog { id: ID! barks: Boolean name: String }
  union Pet @restType(discriminator: "kind", mapping: [{ value: "felis", type: "Cat" }]) = Cat | Dog
  union Guess = Cat | Dog
  interface Named { name: String }
  type Plant implements Named { name: String leaves: Int }
  type Stone implements Named { name: String weight: Int! }

  type Query {
    thing: Thing @rest(path: "/answer")
    solid: Thing! @rest(path: "/answer")
    things: [Thing] @rest(path: "/answer", select: "data.items")
    second: String @rest(path: "/answer", select: "rows.1.name")
    text: String @rest(path: "/answer")
    count: Int @rest(path: "/answer")
    done: Boolean @rest(path: "/answer")
    file: Binary @rest(path: "/answer")
    free: JSON @rest(path: "/answer")
    pets: [Pet] @rest(path: "/answer")
    guesses: [Guess] @rest(path: "/answer")
    named: [Named] @rest(path: "/answer")
    gone: String @rest(path: "/answer", errors: { null: [404, 410, 503] })
    loud: Thing @rest(path: "/answer", errors: { exposeBody: true, message: "The shop is closed." })
    strict: Thing @rest(path: "/answer", errors: { null: [] })
    healthy: Int @rest(path: "/healthy")
  }
  type Mutation { remove: Boolean @rest(method: DELETE, path: "/answer") }
`;

let backend: RestBackend;
let subject: RestSubject;
let answer: BackendAnswer | 'reset';
beforeAll(async () => {
  backend = await startRestBackend(({ target }) => {
    if (target === '/healthy') return { json: 1 };
    return target.startsWith('/cost') ? { json: { amount: 7 } } : answer;
  });
  subject = createSubject(sdl, { url: backend.url });
});
afterAll(() => backend.close());

/** The answer to a query, when the backend answers so. */
function ask(query: string, given: BackendAnswer | 'reset') {
  answer = given;
  return subject.run(query);
}

describe('an answer', () => {
  it('is read by the names of the backend, large integers and unknown extras included', async () => {
    const body = `{ "id": 12345678901234567890, "the-name": "n", "count": 5, "ratio": 2, "on": false, "big": 9223372036854775807,
      "color": "dark-red", "colors": ["BLUE", 1], "made": "2024-01-02T03:04:05Z", "free": { "a": [1], "__proto__": { "x": 1 } },
      "tags": ["x", null], "part": { "id": 7, "the-name": "p" }, "parts": [], "__proto__": "own", "extra": {} }`;
    const query = `{ thing { id name count ratio on big color colors made free tags part { id } parts { id } constructor proto
      cost usd: cost(currency: "USD") } }`;
    expect(await ask(query, { body, headers: { 'content-type': 'application/hal+json' } })).toEqual({
      data: {
        thing: {
          id: '12345678901234567890',
          name: 'n',
          count: 5,
          ratio: 2,
          on: false,
          big: '9223372036854775807',
          color: 'DARK_RED',
          colors: ['BLUE', 'ONE'],
          made: '2024-01-02T03:04:05Z',
          free: { a: [1] },
          tags: ['x', null],
          part: { id: '7' },
          parts: [],
          constructor: null,
          proto: 'own',
          cost: 7,
          usd: 7,
        },
      },
    });
    expect(backend.seen.slice(-2).map(({ target }) => target)).toEqual(['/cost/7?in=EUR', '/cost/7?in=USD']);
  });

  it('calls nothing for a field whose object has no value for its path', async () => {
    const before = backend.seen.length;
    const query = '{ things { cost } }';
    const json = { data: { items: [{ 'the-name': 'a' }, { part: null }, { part: { id: null } }] } };
    expect(await ask(query, { json })).toEqual({ data: { things: [{ cost: null }, { cost: null }, { cost: null }] } });
    expect(backend.seen.length - before).toBe(1);
  });

  it.each<[string, string, BackendAnswer, unknown]>([
    ['a part that is selected', 'second', { json: { rows: [{}, { name: 'b' }] } }, 'b'],
    ['an item that is not there', 'second', { json: { rows: [] } }, null],
    ['null', 'thing { id }', { json: null }, null],
    ['nothing (204)', 'thing { id }', { status: 204 }, null],
    ['nothing (200)', 'thing { id }', { body: '' }, null],
    ['nothing where a boolean is asked for', 'done', { status: 204 }, true],
    ['false', 'done', { json: false }, false],
    ['text', 'text', { body: 'a "b" ☃', headers: { 'content-type': 'text/plain' } }, 'a "b" ☃'],
    ['text as JSON', 'text', { json: 'a' }, 'a'],
    ['bytes', 'file', { body: Buffer.from([0, 255]), headers: { 'content-type': 'image/png' } }, 'AP8='],
    ['bytes as JSON', 'file', { json: 'AP8=' }, 'AP8='],
    ['a status that means none', 'gone', { status: 503, body: '<html>' }, null],
    ['404 without being told', 'thing { id }', { status: 404, json: { secret: 1 } }, null],
    ['JSON with a byte order mark and no content type', 'count', { body: '\ufeff5' }, 5],
  ])('may be %s', async (_what, field, given, expected) => {
    expect(await ask(`{ value: ${field} }`, given)).toEqual({ data: { value: expected } });
  });

  it.each<[string, BackendAnswer, boolean | null]>([
    ['nothing', { status: 204 }, true],
    ['text', { body: 'OK' }, true],
    ['an object', { json: { ok: 1 } }, true],
    ['false', { json: false }, false],
    ['404', { status: 404 }, null],
  ])('of a mutation that is Boolean is %s', async (_what, given, remove) => {
    expect(await ask('mutation { remove }', given)).toEqual({ data: { remove } });
  });

  it('becomes members of a union by discriminator, else by which fields are there', async () => {
    const fragments = '__typename ... on Cat { lives } ... on Dog { barks }';
    const pets = await ask(`{ pets { ${fragments} } }`, {
      json: [{ kind: 'felis', lives: 9 }, { kind: 'Dog', lives: 1 }, { kind: 'fish' }, { kind: {} }, {}],
    });
    expect(pets.data).toEqual({
      pets: [{ __typename: 'Cat', lives: 9 }, { __typename: 'Dog', barks: null }, null, null, null],
    });
    expect(pets.errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual(
      [2, 3, 4].map((index) => [['pets', index], 'SUBGRAPH_INVALID_RESPONSE']),
    );
    const guesses = await ask(`{ guesses { ${fragments} } }`, {
      json: [{ id: 1, lives: 9, barks: true }, { id: 1, barks: true, name: 'x' }, { id: 1 }, { name: 'no id' }],
    });
    expect(guesses.data?.['guesses']).toEqual([
      { __typename: 'Cat', lives: 9 },
      { __typename: 'Dog', barks: true },
      { __typename: 'Dog', barks: null },
      null,
    ]);
    const named = await ask('{ named { __typename name } }', { json: [{ name: 'a', weight: 1 }, { name: 'b' }] });
    expect(named.data).toEqual({
      named: [
        { __typename: 'Stone', name: 'a' },
        { __typename: 'Plant', name: 'b' },
      ],
    });
  });
});

describe('a bad answer', () => {
  const secret = 'secret-token';
  const html = `<html>${secret}</html>`;
  const httpError = 'SUBGRAPH_HTTP_ERROR';
  const invalid = 'SUBGRAPH_INVALID_RESPONSE';

  it.each<[string, string, BackendAnswer | 'reset', object]>([
    ['500', 'thing { id }', { status: 500, body: html }, { code: httpError, status: 500 }],
    ['429', 'thing { id }', { status: 429, json: { secret } }, { code: httpError, status: 429 }],
    ['404 when that is not none', 'strict { id }', { status: 404 }, { code: httpError, status: 404 }],
    [
      'a redirect',
      'thing { id }',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      { code: httpError, status: 302 },
    ],
    ['HTML', 'thing { id }', { body: html }, { code: invalid, status: 200 }],
    [
      'XML',
      'count',
      { body: `<a>${secret}</a>`, headers: { 'content-type': 'text/xml' } },
      { code: invalid, status: 200 },
    ],
    ['JSON that is cut off', 'thing { id }', { body: `{"id":"${secret}` }, { code: invalid, status: 200 }],
    ['bytes that are not UTF-8', 'text', { body: Buffer.from([0xff, 0xfe]) }, { code: invalid, status: 200 }],
    ['a list for an object', 'thing { id }', { json: [{ id: secret }] }, { code: invalid }],
    ['text for an object', 'thing { id }', { json: secret }, { code: invalid }],
    ['an object without the selected part', 'things { id }', { json: {} }, { code: invalid }],
    ['an object for a list', 'things { id }', { json: { data: { items: { id: secret } } } }, { code: invalid }],
    ['an object for a number', 'count', { json: { secret } }, { code: invalid }],
    ['a number out of range', 'count', { json: 3e9 }, { code: invalid }],
    ['an object for a boolean', 'done', { json: { secret } }, { code: invalid }],
    ['an object for text', 'text', { json: { secret } }, { code: invalid }],
    ['an object for bytes', 'file', { json: { secret } }, { code: invalid }],
    ['a reset connection', 'thing { id }', 'reset', { code: 'SUBGRAPH_UNREACHABLE' }],
    [
      'a million objects',
      'things { id }',
      { body: `{"data":{"items":[${'{},'.repeat(1_000_000)}{}]}}` },
      { code: invalid },
    ],
    ['a million items', 'free', { body: `[${'1,'.repeat(1_000_000)}1]` }, { code: invalid }],
    ['JSON that is very deep', 'free', { body: '['.repeat(200_000) + ']'.repeat(200_000) }, { code: invalid }],
  ])(
    '(%s) is one error at its field, without anything that the backend said',
    async (_what, field, given, extensions) => {
      const result = await ask(`{ value: ${field} healthy }`, given);
      expect(result).toEqual({
        data: { value: null, healthy: 1 },
        errors: [
          {
            message: expect.stringMatching(/^The subgraph .*\.$/),
            path: ['value'],
            extensions: { ...extensions, subgraph: 'shop' },
          },
        ],
      });
      expect(JSON.stringify(result)).not.toMatch(/secret|127\.0\.0\.1|html/);
      expect((await ask(`{ value: text }`, { json: 'again' })).data).toEqual({ value: 'again' });
    },
  );

  it('is shown when the SDL says so, as far as the limit', async () => {
    const shown = await ask('{ loud { id } }', { status: 409, json: { reason: 'sold out' } });
    expect(shown.errors).toEqual([
      {
        message: 'The shop is closed.',
        path: ['loud'],
        extensions: { code: httpError, status: 409, subgraph: 'shop', body: { reason: 'sold out' } },
      },
    ]);
    const long = await ask('{ loud { id } }', { status: 500, body: 'x'.repeat(10_000) });
    expect(long.errors?.[0]?.extensions?.['body']).toBe('x'.repeat(4_096));
  });

  it('costs only the values that do not fit', async () => {
    const part = { 'the-name': 'ok', parts: [{ 'the-name': 'in' }] };
    const json = {
      data: {
        items: [
          part,
          { 'the-name': 'x', count: 'many', color: 'pink', made: 5, big: 1.5, free: 1 },
          'oops',
          { 'the-name': 'y', parts: [{}] },
          { 'the-name': null },
        ],
      },
    };
    const { data, errors } = await ask('{ things { name count color made big parts { name } } }', { json });
    const nothing = { count: null, color: null, made: null, big: null };
    expect(data).toEqual({
      things: [
        { name: 'ok', ...nothing, parts: [{ name: 'in' }] },
        { name: 'x', ...nothing, parts: null },
        null,
        { name: 'y', ...nothing, parts: null },
        null,
      ],
    });
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(
      ['1.big', '1.color', '1.count', '1.made', '2', '3.parts.0.name', '4.name'].map((path) => `things.${path}`),
    );
    for (const error of errors ?? []) expect(error.extensions).toEqual({ code: invalid, subgraph: 'shop' });
  });

  it('without a value where one must be is an error of the nearest nullable field', async () => {
    const { data, errors } = await ask('{ solid { id } }', { status: 404 });
    expect(data).toBeNull();
    expect(errors).toEqual([
      {
        message: 'Cannot return null for non-nullable field Query.solid.',
        path: ['solid'],
        extensions: { code: invalid, subgraph: 'shop' },
      },
    ]);
  });

  it('has the code that the call rejects with, and no words of its', async () => {
    const codes = ['SUBGRAPH_TIMEOUT', 'SUBGRAPH_CIRCUIT_OPEN', 'REQUEST_TIMEOUT', 'ECONNREFUSED', undefined];
    const seen = await Promise.all(
      codes.map(async (code) => {
        const call = () => Promise.reject(Object.assign(new Error('10.0.0.1:80 is down'), { code }));
        const { errors } = await createSubject(sdl, { call }).run('{ count }');
        expect(JSON.stringify(errors)).not.toContain('10.0.0.1');
        return errors?.[0]?.extensions?.['code'];
      }),
    );
    expect(seen).toEqual([...codes.slice(0, 3), 'SUBGRAPH_UNREACHABLE', 'SUBGRAPH_UNREACHABLE']);
  });
});
