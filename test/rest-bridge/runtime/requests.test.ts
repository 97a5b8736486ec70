import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RestBackend, startRestBackend } from '../../support/rest-backend.ts';
import { createSubject, recordingCall } from './rest-subject.ts';

const sdl = /* GraphQL */ `
  scalar JSON
  scalar BigInt
  scalar Base64
  scalar DateTime
  enum Color { DARK_RED @restName(name: "dark-red") BLUE }
  input Range { from: Int @restName(name: "range-from") to: Int color: Color below: [Range!] }
  input Filter { range: Range free: JSON }

  type Query {
    item(id: ID): String @rest(path: "/items/{$args.id}/parts")
    many(ids: [ID]): String @rest(path: "/many/{$args.ids}")
    search(text: String, tags: [String!], range: Range, filter: Filter, color: Color = DARK_RED, big: BigInt): String
      @rest(
        path: "/search"
        query: [
          { name: "q", value: "{$args.text}" }
          { name: "tags", value: "{$args.tags}", style: FORM }
          { name: "range", value: "{$args.range}", style: DEEP_OBJECT }
          { name: "from", value: "{$args.filter.range.from}" }
          { name: "deep", value: "{$args.filter.free.a.b}" }
          { name: "color", value: "{$args.color}" }
          { name: "big", value: "{$args.big}" }
          { name: "fixed", value: "50% & more" }
          { name: "label", value: "{$args.text}:{$args.color}" }
        ]
        headers: [
          { name: "X-Text", value: "{$args.text}" }
          { name: "x-tags", value: "{$args.tags}" }
          { name: "X-Fixed", value: "on" }
        ]
      )
    at(time: DateTime): String @rest(path: "/at/{$args.time}")
  }

  type Mutation {
    whole(input: Filter, text: String): Boolean
      @rest(method: POST, path: "/whole", body: { value: "{$args.input}" })
    fields(range: Range, big: BigInt, free: JSON, text: String): Boolean
      @rest(
        method: PATCH
        path: "/fields"
        headers: [{ name: "content-type", value: "application/merge-patch+json" }]
        body: {
          fields: [
            { name: "the-range", value: "{$args.range}" }
            { name: "big", value: "{$args.big}" }
            { name: "free", value: "{$args.free}" }
            { name: "__proto__", value: "{$args.text}" }
            { name: "kind", value: "fixed" }
          ]
        }
      )
    all(text: String @restName(name: "the-text"), range: Range): Boolean
      @rest(method: PUT, path: "/all", body: { value: "{$args}" })
    form(text: String, tags: [String!], range: Range): Boolean
      @rest(
        method: POST
        path: "/form"
        body: {
          type: FORM
          fields: [
            { name: "te xt", value: "{$args.text}" }
            { name: "tags", value: "{$args.tags}" }
            { name: "range", value: "{$args.range}" }
          ]
        }
      )
    text(text: String): Boolean @rest(method: POST, path: "/text", body: { type: TEXT, value: "Hi {$args.text}" })
    upload(file: [Base64], name: String, range: Range): Boolean
      @rest(
        method: POST
        path: "/upload"
        body: {
          type: MULTIPART
          fields: [
            { name: "file", value: "{$args.file}" }
            { name: "na\\"me", value: "{$args.name}" }
            { name: "range", value: "{$args.range}" }
          ]
        }
      )
    raw(bytes: Base64!): Boolean @rest(method: PUT, path: "/raw", body: { type: BINARY, value: "{$args.bytes}" })
    remove(id: ID!): Boolean @rest(method: DELETE, path: "/items/{$args.id}")
  }
`;

const { call, seen } = recordingCall();
const subject = createSubject(sdl, { call });

/** Runs one operation and gives what was sent. */
async function sent(query: string, variables?: Record<string, unknown>) {
  seen.length = 0;
  const { errors } = await subject.run(query, variables);
  expect(errors).toBeUndefined();
  const [request] = seen;
  if (!request) throw new Error('nothing was sent');
  return request;
}

/** Runs one operation that must not send anything and gives the reason. */
async function refused(query: string, variables?: Record<string, unknown>) {
  seen.length = 0;
  const { errors } = await subject.run(query, variables);
  expect(seen).toEqual([]);
  expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', subgraph: 'shop' });
  return errors?.[0]?.message;
}

describe('a value in the path', () => {
  const query = 'query ($id: ID) { item(id: $id) }';

  it('stays in its segment whatever it is, and decodes to itself', async () => {
    const nasty = fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      '?',
      '#',
      '%2f',
      '%2e',
      '@host',
      '\r\n',
      ':',
      ';',
      '\0',
      'é',
      '\ud800',
    );
    const text = fc
      .array(fc.oneof(nasty, fc.string({ unit: 'binary' })), { maxLength: 5 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (id) => {
        seen.length = 0;
        const { errors } = await subject.run(query, { id });
        if (seen.length === 0) {
          expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
          return;
        }
        const url = new URL(seen[0]!.url);
        const segments = url.pathname.split('/');
        expect([url.host, url.search, url.hash, segments.length]).toEqual(['shop.test', '', '', 5]);
        expect(segments.map(decodeURIComponent)).toEqual(['', 'v1', 'items', id, 'parts']);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['', '.', '..', '../admin', 'a/../../b', '..\\b', 'a/.', '\ud800'])(
    'is refused when it is %j',
    async (id) => {
      await refused(query, { id });
    },
  );

  it.each(['...', '..a', '%2e%2e', '%2f..', '@evil.test', 'a/b', '?x=1#y', 'a\r\nb'])('may be %j', async (id) => {
    expect((await sent(query, { id })).url).toBe(`http://shop.test/v1/items/${encodeURIComponent(id)}/parts`);
  });

  it('must be there', async () => {
    expect(await refused('{ item }')).toContain('"id" is part of a path');
    await refused('{ item(id: null) }');
    await refused('{ many(ids: [null]) }');
  });

  it('may be a list, joined by commas', async () => {
    expect((await sent('{ many(ids: ["a,b", "c", null]) }')).url).toBe('http://shop.test/v1/many/a%2Cb,c');
  });

  it('keeps the URL within its limit', async () => {
    expect(await refused(query, { id: 'x'.repeat(20_000) })).toContain('16384');
  });
});

describe('query parameters and headers', () => {
  it('are filled from nested arguments, with the names of the backend', async () => {
    const request = await sent(
      `{ search(text: "a&b=c", tags: ["x,y", "z"], range: { from: 1, color: BLUE, below: [{ to: 2 }] },
         filter: { range: { from: 7 }, free: { a: { b: [1, 2] } } }, big: "9223372036854775807") }`,
    );
    expect(decodeURI(request.url)).toBe(
      decodeURI(
        'http://shop.test/v1/search?q=a%26b%3Dc&tags=x%2Cy,z&range%5Brange-from%5D=1&range%5Bcolor%5D=BLUE&range%5Bbelow%5D%5Bto%5D=2' +
          '&from=7&deep=1&deep=2&color=dark-red&big=9223372036854775807&fixed=50%25%20%26%20more&label=a%26b%3Dc%3Adark-red',
      ),
    );
    expect(request.headers).toMatchObject({ 'x-text': 'a&b=c', 'x-tags': 'x,y,z', 'x-fixed': 'on' });
  });

  it('are left out when they have no value', async () => {
    const request = await sent('{ search(color: null) }');
    expect(request.url).toBe('http://shop.test/v1/search?fixed=50%25%20%26%20more');
    expect(Object.keys(request.headers).sort()).toEqual(['accept', 'x-fixed']);
  });

  it.each(['a\r\nx-admin: 1', 'a\nb', 'a\0', '\u0007', '☃'])('refuses the header value %j', async (text) => {
    const message = await refused('query ($text: String) { search(text: $text) }', { text });
    expect(message).toContain('header "x-text"');
  });

  it('go with the headers that the gateway chose, which the SDL may replace', async () => {
    seen.length = 0;
    await subject.run('{ search }', {}, { headers: { 'x-fixed': 'off', authorization: 'a' } });
    expect(seen[0]?.headers).toMatchObject({ 'x-fixed': 'on', authorization: 'a' });
  });
});

describe('a body', () => {
  const range = '{ from: 1, color: DARK_RED, below: [{ to: 2 }] }';
  const rangeJson = { 'range-from': 1, color: 'dark-red', below: [{ to: 2 }] };

  it('is one argument, with the names of the backend', async () => {
    const request = await sent(`mutation { whole(input: { range: ${range}, free: { a: [null] } }) }`);
    expect(request.headers['content-type']).toBe('application/json');
    expect(JSON.parse(String(request.body))).toEqual({ range: rangeJson, free: { a: [null] } });
  });

  it('is left out when its value is, and null when it is null', async () => {
    const request = await sent('mutation { whole }');
    expect([request.body, request.headers['content-type']]).toEqual([undefined, undefined]);
    expect((await sent('mutation { whole(input: null) }')).body).toBe('null');
  });

  it('is an object of fields that keep their JSON types, with large integers exact', async () => {
    const request = await sent(
      `mutation ($free: JSON) { fields(range: ${range}, big: 9223372036854775807, free: $free, text: "p") }`,
      { free: JSON.parse('{"a":1.5,"__proto__":{"b":true}}') },
    );
    expect(request.headers['content-type']).toBe('application/merge-patch+json');
    expect(request.body).toBe(
      `{"the-range":${JSON.stringify(rangeJson)},"big":9223372036854775807,"free":{"a":1.5,"__proto__":{"b":true}},"__proto__":"p","kind":"fixed"}`,
    );
    expect((await sent('mutation { fields(big: null) }')).body).toBe('{"big":null,"kind":"fixed"}');
  });

  it('is all arguments together', async () => {
    const request = await sent(`mutation { all(text: "t", range: ${range}) }`);
    expect(JSON.parse(String(request.body))).toEqual({ 'the-text': 't', range: rangeJson });
  });

  it('is a form', async () => {
    const request = await sent('mutation { form(text: "a b&c", tags: ["x", "y"], range: { to: 1 }) }');
    expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect([...new URLSearchParams(String(request.body))]).toEqual([
      ['te xt', 'a b&c'],
      ['tags', 'x'],
      ['tags', 'y'],
      ['range', '{"to":1}'],
    ]);
  });

  it('is text', async () => {
    const request = await sent('mutation { text(text: "you\\r\\n") }');
    expect([request.headers['content-type'], request.body]).toEqual(['text/plain; charset=utf-8', 'Hi you\r\n']);
  });

  it('is bytes', async () => {
    const request = await sent('mutation { raw(bytes: "AAH/") }');
    expect(request.headers['content-type']).toBe('application/octet-stream');
    expect([...(request.body as Uint8Array)]).toEqual([0, 1, 255]);
    await refused('mutation { raw(bytes: "not base64!") }');
  });

  it('is several parts, bytes as a file', async () => {
    const request = await sent('mutation { upload(file: ["AAH/", "AA=="], name: "x\\r\\ny", range: { to: 1 }) }');
    const form = await new Response(Buffer.from(request.body as Uint8Array), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
    const files = form.getAll('file').map(async (file) => [...new Uint8Array(await (file as File).arrayBuffer())]);
    expect(await Promise.all(files)).toEqual([[0, 1, 255], [0]]);
    expect([form.get('na"me'), form.get('range')]).toEqual(['x\r\ny', '{"to":1}']);
  });
});

describe('scalars', () => {
  it.each([
    ['mutation { fields(big: 1.5) }', 'big'],
    ['mutation { fields(big: "12x") }', 'big'],
    ['{ at(time: "yesterday") }', 'time'],
  ])('refuse what does not fit in %s', async (query, name) => {
    expect(await refused(query)).toContain(`Argument "${name}" has invalid value`);
  });

  it('refuse variables that do not fit before anything is called', async () => {
    expect(await refused('query ($t: DateTime) { at(time: $t) }', { t: 5 })).toContain('DateTime');
  });
});

describe('over a real socket', () => {
  let backend: RestBackend;
  beforeAll(async () => {
    backend = await startRestBackend(() => ({ json: 'done' }));
  });
  afterAll(() => backend.close());

  it('sends what the directive says', async () => {
    const subject = createSubject(sdl, { url: `${backend.url}/base/` });
    await subject.run('mutation { form(text: "x") remove(id: "a/b") }');
    expect(backend.seen.map(({ method, target, body }) => [method, target, String(body)])).toEqual([
      ['POST', '/base/form', 'te%20xt=x'],
      ['DELETE', '/base/items/a%2Fb', ''],
    ]);
    expect(backend.seen[0]?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
  });
});
