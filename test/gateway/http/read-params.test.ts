import { PassThrough } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import { readParams } from '../../../gateway/http/read-params.ts';
import { configOf, startServer, type TestServer } from './start-server.ts';

const json = { 'content-type': 'application/json' };
const { limits } = configOf();

const streaming = { duplex: 'half' };

type Body = string | Buffer;

/** The same request by node:http, as a client sends it, and as a Fetch request: what comes of it must be the same. */
async function send(server: TestServer, body: Body, headers: Record<string, string> = json): Promise<unknown> {
  const bytes = Buffer.from(body);
  const answer = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: bytes });
  const { data, errors } = await answer.json();
  const byNode = errors === undefined ? data : { status: answer.status, ...errors[0] };
  const request = new Request('http://a/graphql', { method: 'POST', headers, body: bytes });
  expect(await read(request, server.config.limits)).toEqual(byNode);
  return byNode;
}

async function read(request: Request, bounds = limits): Promise<unknown> {
  try {
    return JSON.parse(JSON.stringify(await readParams(request, bounds)));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { status: error.status, message: error.message, extensions: { code: error.code } };
  }
}

const refused = (status: number, code: string, message: unknown = expect.any(String)) => ({
  status,
  message,
  extensions: { code },
});

describe('readParams', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({}, { limits: { bodyBytes: '10kb', jsonDepth: 20 } });
  });
  afterAll(async () => {
    await server.drain(0);
  });

  it('reads the four parameters and nothing else', async () => {
    const params = { query: '{ a }', operationName: 'A', variables: { a: [1, { b: null }] }, extensions: { c: 'd' } };
    expect(await send(server, JSON.stringify({ ...params, other: 1 }))).toEqual(params);
    const nulls = { query: '{ a }', operationName: null, variables: null, extensions: null };
    expect(await send(server, JSON.stringify(nulls))).toEqual({ query: '{ a }' });
    expect(await send(server, '\uFEFF{"query":"1","query":"{ 🏃 }"}')).toEqual({ query: '{ 🏃 }' });
    const hash = { extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } } };
    expect(await send(server, JSON.stringify(hash))).toEqual(hash);
  });

  it.each<[string, Body, string]>([
    ['nothing', '', 'The body is empty. Send a JSON object with a "query".'],
    ['a cut off body', '{"query":"{ a }"', 'The body is not valid JSON.'],
    ['what is no JSON', 'query { a }', 'The body is not valid JSON.'],
    ['a NUL byte', '{"query":"{ a\0 }"}', 'The body is not valid JSON.'],
    ['null', 'null', 'The parameters must be a JSON object, not null.'],
    ['a number', '1', 'The parameters must be a JSON object, not a number.'],
    ['an empty object', '{}', 'The parameter "query" is missing. Send the text of a GraphQL document in it.'],
    [
      'a query that is null',
      '{"query":null}',
      'The parameter "query" is missing. Send the text of a GraphQL document in it.',
    ],
    ['a query that is a number', '{"query":1}', 'The parameter "query" must be a string, not a number.'],
    ['a query that is an object', '{"query":{}}', 'The parameter "query" must be a string, not an object.'],
    [
      'a name that is a boolean',
      '{"query":"1","operationName":false}',
      'The parameter "operationName" must be a string, not a boolean.',
    ],
    [
      'variables that are a string',
      '{"query":"1","variables":"{}"}',
      'The parameter "variables" must be a JSON object, not a string.',
    ],
    [
      'extensions that are an array',
      '{"query":"1","extensions":[]}',
      'The parameter "extensions" must be a JSON object, not an array.',
    ],
    ['an array', '[{"query":"1"}]', 'Batches are off here. Send each operation as a request of its own.'],
    ['invalid UTF-8', Buffer.from('{"query":"\xff"}', 'latin1'), 'The body is not valid UTF-8.'],
    ['a surrogate in UTF-8', Buffer.from('{"query":"\xed\xa0\x80"}', 'latin1'), 'The body is not valid UTF-8.'],
  ])('refuses %s', async (_name, body, message) => {
    expect(await send(server, body)).toEqual(refused(400, 'BAD_REQUEST', message));
  });

  it('keeps keys such as __proto__ as data', async () => {
    const body =
      '{"query":"1","__proto__":{"polluted":1,"operationName":"x"},"constructor":1,"variables":{"__proto__":{"polluted":1}}}';
    const request = new Request('http://a/', { method: 'POST', headers: json, body });
    const params = await readParams(request, limits);
    expect(params).toMatchObject({ query: '1', operationName: undefined });
    expect(Object.hasOwn(Array.isArray(params) ? {} : Object(params).variables, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(Object(params).variables)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('bounds the nesting of JSON before parsing it, strings not counted', async () => {
    const nested = (depth: number) => `{"query":"1","variables":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    const message = 'The JSON of the body is nested deeper than 20 levels.';
    expect(await send(server, nested(19))).toHaveProperty('query', '1');
    expect(await send(server, nested(20))).toEqual(refused(400, 'BAD_REQUEST', message));
    expect(await send(server, '['.repeat(9_000))).toEqual(refused(400, 'BAD_REQUEST', message));
    const query = `${'{['.repeat(30)}"\\"\\\\`;
    expect(await send(server, JSON.stringify({ query }))).toEqual({ query });
    const deepest = { ...limits, bodyBytes: 2_000_000 };
    const request = (body: string) => new Request('http://a/', { method: 'POST', headers: json, body });
    expect(await read(request('{"a":'.repeat(200_000)), deepest)).toMatchObject({ status: 400 });
    expect(await read(request(`"${'\\"'.repeat(500_000)}`), deepest)).toMatchObject({ status: 400 });
  });

  it.each([
    'text/plain',
    'text/plain; application/json',
    'application/graphql',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    'application/json; charset=utf-16',
    'application/graphql-response+json',
    '',
  ])('takes no body of the content type "%s"', async (type) => {
    const message = 'The body must be JSON in UTF-8. Send it with "Content-Type: application/json".';
    expect(await send(server, '{"query":"1"}', { 'content-type': type })).toEqual(
      refused(415, 'UNSUPPORTED_MEDIA_TYPE', message),
    );
  });

  it.each(['application/json', 'Application/JSON;charset=UTF-8', 'application/json ; charset="utf-8"; x=y'])(
    'takes a body of the content type "%s"',
    async (type) => {
      expect(await send(server, '{"query":"1"}', { 'content-type': type })).toEqual({ query: '1' });
    },
  );

  it('inflates, and refuses what cannot be inflated', async () => {
    const body = Buffer.from('{"query":"{ a }"}');
    const as = (encoding: string) => ({ ...json, 'content-encoding': encoding });
    for (const [encoding, bytes] of [
      ['gzip', gzipSync(body)],
      ['BR', brotliCompressSync(body)],
      ['deflate', deflateSync(body)],
      ['identity', body],
    ] as const) {
      expect(await send(server, bytes, as(encoding)), encoding).toEqual({ query: '{ a }' });
    }
    expect(await send(server, gzipSync(body).subarray(0, 20), as('gzip'))).toEqual(refused(400, 'BAD_REQUEST'));
    expect(await send(server, body, as('br'))).toEqual(refused(400, 'BAD_REQUEST'));
    for (const encoding of ['zstd', 'gzip, br', 'x']) {
      expect(await send(server, body, as(encoding)), encoding).toEqual(refused(415, 'UNSUPPORTED_MEDIA_TYPE'));
    }
  });

  it('refuses a body beyond the limit, however it comes, and a bomb at once', async () => {
    const tooLarge = refused(413, 'PAYLOAD_TOO_LARGE', 'The body must not be larger than 10240 bytes, inflated.');
    const exactly = `{"query":"${'a'.repeat(10_240 - 12)}"}`;
    expect(await send(server, exactly)).toHaveProperty('query');
    expect(await send(server, `${exactly} `)).toEqual(tooLarge);
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    expect(bomb.byteLength).toBeLessThan(10_240);
    const before = performance.now();
    expect(await send(server, bomb, { ...json, 'content-encoding': 'gzip' })).toEqual(tooLarge);
    expect(performance.now() - before).toBeLessThan(1_000);
    let pulled = 0;
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(++pulled && 4_096)) });
    const request = new Request('http://a/', { method: 'POST', headers: json, body: endless, ...streaming });
    expect(await read(request, server.config.limits)).toEqual(tooLarge);
    expect(pulled).toBeLessThan(10);
  });

  it('refuses a body that breaks off', async () => {
    const broken = new PassThrough();
    const stream = new ReadableStream({
      start: (controller) => void broken.once('error', (error) => controller.error(error)),
    });
    const request = new Request('http://a/', { method: 'POST', headers: json, body: stream, ...streaming });
    const result = read(request);
    broken.destroy(new Error('reset'));
    expect(await result).toEqual(refused(400, 'BAD_REQUEST', 'The body broke off before its end.'));
  });

  it('takes neither GraphQL nor JSON by other methods', async () => {
    expect(await read(new Request('http://a/?query=1', { method: 'PUT' }))).toEqual(refused(405, 'METHOD_NOT_ALLOWED'));
  });
});

describe('batches', () => {
  const batch = (count: number) => JSON.stringify(Array.from({ length: count }, (_, index) => ({ query: `${index}` })));

  it('are read where they are on, up to the most', async () => {
    await using server = await startServer({}, { limits: { batch: 2 } });
    expect(await send(server, batch(2))).toEqual([{ query: '0' }, { query: '1' }]);
    expect(await send(server, '{"query":"1"}')).toEqual({ query: '1' });
    expect(await send(server, '[]')).toEqual(
      refused(400, 'BAD_REQUEST', 'The batch is empty. Send at least one operation.'),
    );
    const tooMany = 'A batch may hold 2 operations, not 1000. Send them in several requests.';
    expect(await send(server, batch(1_000))).toEqual(refused(400, 'BAD_REQUEST', tooMany));
    const second = 'The parameters of operation 2 of the batch must be a JSON object, not an array.';
    expect(await send(server, '[{"query":"1"},[]]')).toEqual(refused(400, 'BAD_REQUEST', second));
  });
});

describe('readParams of a URL', () => {
  const readUrl = (search: string) => read(new Request(`http://a/graphql${search}`));

  it('reads the four parameters and nothing else', async () => {
    const search =
      '?query=%7B+a%20%2B+%F0%9F%8F%83%7D&operationName=A&variables=%7B%22a%22%3A%22=%26%22%7D&extensions={}&other=%zz';
    expect(await readUrl(search)).toEqual({
      query: '{ a + 🏃}',
      operationName: 'A',
      variables: { a: '=&' },
      extensions: {},
    });
    expect(await readUrl('?query=1&operationName=&variables=&extensions=null')).toEqual({ query: '1' });
    expect(await readUrl('?extensions={"persistedQuery":{}}')).toEqual({ extensions: { persistedQuery: {} } });
  });

  it.each([
    ['', 'The parameter "query" of the URL is missing. Send the text of a GraphQL document in it.'],
    ['?query', 'The parameter "query" of the URL is missing. Send the text of a GraphQL document in it.'],
    ['?query=1&query=2', 'The URL parameter "query" is there twice.'],
    ['?query=%zz', 'The URL is not valid: a percent sign must begin a UTF-8 byte in hex.'],
    ['?query=%ff', 'The URL is not valid: a percent sign must begin a UTF-8 byte in hex.'],
    ['?query=1&variables={', 'The URL parameter "variables" is not valid JSON.'],
    ['?query=1&variables=1', 'The parameter "variables" of the URL must be a JSON object, not a number.'],
    ['?query=1&extensions=[]', 'The parameter "extensions" of the URL must be a JSON object, not an array.'],
    [
      `?query=1&variables=${'['.repeat(300)}`,
      'The JSON of the URL parameter "variables" is nested deeper than 200 levels.',
    ],
  ])('refuses %s', async (search, message) => {
    expect(await readUrl(search)).toEqual(refused(400, 'BAD_REQUEST', message));
  });
});
