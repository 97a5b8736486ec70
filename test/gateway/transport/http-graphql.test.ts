import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import {
  type Behaviour,
  flood,
  gzipBomb,
  json,
  raw,
  reset,
  stall,
  text,
  trickle,
  truncate,
} from '../../support/fake-subgraph.ts';
import {
  type Harness,
  type HarnessOptions,
  startHarness,
  toFetch,
  toOperation,
} from '../../support/transport-harness.ts';

const open: Harness[] = [];
const start = async (behaviour: Behaviour, options?: HarnessOptions) => {
  const harness = await startHarness(behaviour, options);
  open.push(harness);
  return harness;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
});

const good = json({ data: { me: { name: 'Ada' } } });
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => expect.fail(`answered ${JSON.stringify(value)}`),
    (error: unknown) => error as GatewayError,
  );

describe('a fetch of a GraphQL service', () => {
  it('posts the operation and gives back what is answered', async () => {
    const { subgraph, transport } = await start(good);
    const operation = 'query Me($id: ID) { me(id: $id) { name } }';
    const result = await transport.send(toFetch(operation, { variables: { id: '1' } }));
    expect(result).toEqual({ data: { me: { name: 'Ada' } } });
    const [request] = subgraph.requests;
    expect(request?.method).toBe('POST');
    expect(request?.path).toBe('/graphql');
    expect(request?.json).toEqual({ query: operation, operationName: 'Me', variables: { id: '1' } });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      connection: 'keep-alive',
    });
    expect(request?.headers['accept-encoding']).toBeUndefined();
    expect(request?.headers['user-agent']).toBeUndefined();
  });

  it('leaves out the name and the variables that an operation has not', async () => {
    const { subgraph, transport } = await start(good);
    await transport.send(toFetch('{ me { name } }'));
    expect(subgraph.requests[0]?.body).toBe('{"query":"{ me { name } }"}');
  });

  it('keeps query and search part of the URL', async () => {
    const { subgraph, transport } = await start(good, {
      describe: (url) => ({ kind: 'federation', name: 'products', url: `${url}/v2?tenant=a` }),
    });
    await transport.send(toFetch('{ me { name } }'));
    expect(subgraph.requests[0]?.path).toBe('/graphql/v2?tenant=a');
  });

  it.each<[string, unknown, unknown]>([
    ['data', { data: { a: 1 } }, { data: { a: 1 } }],
    ['data and empty errors', { data: { a: 1 }, errors: [] }, { data: { a: 1 } }],
    ['data and null errors', { data: { a: 1 }, errors: null }, { data: { a: 1 } }],
    [
      'errors alone',
      { errors: [{ message: 'no' }] },
      { data: null, errors: [{ message: 'no', path: undefined, extensions: {} }] },
    ],
    [
      'partial data',
      { data: { a: null }, errors: [{ message: 'no', path: ['a', 0], extensions: { code: 'X' } }] },
      { data: { a: null }, errors: [{ message: 'no', path: ['a', 0], extensions: { code: 'X' } }] },
    ],
    [
      'paths and extensions of a wrong shape, which it drops',
      { data: null, errors: [{ message: 'no', path: [{}], extensions: 'x' }] },
      { data: null, errors: [{ message: 'no', path: undefined, extensions: {} }] },
    ],
  ])('takes an answer of %s', async (_name, answer, expected) => {
    const { transport } = await start(json(answer));
    const { data, errors } = await transport.send(toFetch('{ a }'));
    const plainErrors = errors?.map(({ message, path, extensions }) => ({ message, path, extensions }));
    expect({ data, errors: plainErrors }).toEqual({ errors: undefined, ...(expected as object) });
  });

  it.each([400, 401, 422])('takes a GraphQL answer that has the status %i', async (status) => {
    const { transport } = await start(json({ errors: [{ message: 'no' }] }, { status }));
    const { errors } = await transport.send(toFetch('{ a }'));
    expect(errors?.[0]?.message).toBe('no');
  });

  it('takes a GraphQL answer with data for what it is, and one without for a failure, when the status is 500', async () => {
    const { transport } = await start(json({ data: { a: 1 } }, { status: 500 }));
    expect((await transport.send(toFetch('{ a }'))).data).toEqual({ a: 1 });
    const { transport: failing } = await start(json({ errors: [{ message: 'no' }] }, { status: 500 }));
    await expect(failing.send(toFetch('{ a }'))).rejects.toMatchObject({ code: 'SUBGRAPH_HTTP_ERROR' });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('understands %s although it does not ask for it', async (encoding, compress) => {
    const body = compress(JSON.stringify({ data: { a: 'ü' } }));
    const { transport } = await start(text(body, { headers: { 'content-encoding': encoding } }));
    expect(await transport.send(toFetch('{ a }'))).toEqual({ data: { a: 'ü' } });
  });

  it('keeps characters whole that are split over chunks', async () => {
    const { transport } = await start((response) => {
      const bytes = Buffer.from(JSON.stringify({ data: { a: 'ü'.repeat(5) } }));
      response.write(bytes.subarray(0, 14));
      setImmediate(() => response.end(bytes.subarray(14)));
    });
    expect(await transport.send(toFetch('{ a }'))).toEqual({ data: { a: 'üüüüü' } });
  });

  it('keeps a __proto__ of an answer plain data', async () => {
    const { transport } = await start(
      text(
        '{"data":{"__proto__":{"polluted":1},"a":1},"errors":[{"message":"no","extensions":{"__proto__":{"polluted":1}}}]}',
      ),
    );
    const { data } = await transport.send(toFetch('{ a }'));
    expect(Object.hasOwn(data ?? {}, '__proto__')).toBe(true);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('survives an answer that is nested 200,000 deep', async () => {
    const { transport } = await start(text(`{"data":{"a":${'['.repeat(2e5)}${']'.repeat(2e5)}}}`));
    expect((await transport.send(toFetch('{ a }'))).data).toHaveProperty('a');
    const deep = `${'{"a":'.repeat(2e4)}1${'}'.repeat(2e4)}`;
    const { transport: other } = await start(text(`{"errors":[{"message":"no","extensions":${deep}}]}`));
    expect((await other.send(toFetch('{ a }'))).errors?.[0]?.extensions).toEqual({});
  });

  it('keeps no more than a thousand errors, and no more of a message than a reader takes', async () => {
    const errors = Array.from({ length: 5_000 }, () => ({ message: 'x'.repeat(3_000) }));
    const { transport } = await start(json({ errors }), { traffic: { all: { responseBytes: '20mb' } } });
    const result = await transport.send(toFetch('{ a }'));
    expect(result.errors).toHaveLength(1_000);
    expect(result.errors?.[0]?.message).toHaveLength(2_000);
  });
});

describe('a subgraph that answers no GraphQL', () => {
  const html = text('<html>secret of 10.0.0.1</html>', { headers: { 'content-type': 'text/html' } });
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  it.each<[string, Behaviour, string, object?]>([
    ['a page', html, 'SUBGRAPH_INVALID_RESPONSE'],
    ['nothing', text(''), 'SUBGRAPH_INVALID_RESPONSE'],
    ['204', text('', { status: 204 }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['null', text('null'), 'SUBGRAPH_INVALID_RESPONSE'],
    ['an empty object', json({}), 'SUBGRAPH_INVALID_RESPONSE'],
    ['a list', json([]), 'SUBGRAPH_INVALID_RESPONSE'],
    ['null data without an error', json({ data: null }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['data that is a list', json({ data: [] }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['data that is a string', json({ data: 'x' }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['errors that are an object', json({ data: {}, errors: {} }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['errors without a message', json({ errors: [{ code: 1 }] }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['errors that are null', json({ errors: [null] }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['half of an answer', truncate, 'SUBGRAPH_INVALID_RESPONSE'],
    ['half of the JSON', text('{"data":{"me":'), 'SUBGRAPH_INVALID_RESPONSE'],
    [
      'a length that is too short',
      raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{"data":{}}'),
      'SUBGRAPH_INVALID_RESPONSE',
    ],
    [
      'a length that is too long',
      raw('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"data":{}}'),
      'SUBGRAPH_INVALID_RESPONSE',
    ],
    ['a broken chunk', raw(`${chunked}zz\r\n{"data":{}}`), 'SUBGRAPH_INVALID_RESPONSE'],
    ['no HTTP', raw('SSH-2.0-OpenSSH_9.2\r\n'), 'SUBGRAPH_INVALID_RESPONSE'],
    ['too many headers', raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`), 'SUBGRAPH_INVALID_RESPONSE'],
    ['an unknown encoding', text('x', { headers: { 'content-encoding': 'zstd' } }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['a damaged encoding', text('x', { headers: { 'content-encoding': 'gzip' } }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['a bomb', gzipBomb(50_000_000), 'SUBGRAPH_INVALID_RESPONSE'],
    ['no end of bytes', flood, 'SUBGRAPH_INVALID_RESPONSE'],
    [
      'the announcement of too much',
      raw('HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n'),
      'SUBGRAPH_INVALID_RESPONSE',
    ],
    ['a reset', reset, 'SUBGRAPH_UNREACHABLE'],
    ['a closed connection', raw(''), 'SUBGRAPH_UNREACHABLE'],
    ['500', text('stack at /srv/app.js', { status: 500 }), 'SUBGRAPH_HTTP_ERROR', { status: 500 }],
    ['429', json({ retryAfter: 1 }, { status: 429 }), 'SUBGRAPH_HTTP_ERROR', { status: 429 }],
    ['502 with null data', json({ data: null }, { status: 502 }), 'SUBGRAPH_HTTP_ERROR', { status: 502 }],
    ['nothing within its time', stall, 'SUBGRAPH_TIMEOUT'],
    ['a byte now and then', trickle, 'SUBGRAPH_TIMEOUT'],
  ])('fails the fetch and no other when it answers %s', async (_name, behaviour, code, extensions = {}) => {
    const { subgraph, transport } = await start(behaviour, {
      traffic: { all: { timeout: code === 'SUBGRAPH_TIMEOUT' ? '300ms' : '5s', responseBytes: '1mb' } },
    });
    const error = await failureOf(transport.send(toFetch('{ a }')));
    expect(error).toBeInstanceOf(GatewayError);
    expect([error.code, error.extensions]).toEqual([code, extensions]);
    expect(error.message).toMatch(/^The subgraph "products" [a-zA-Z ]+\.$/);
    expect(error.cause).toBeInstanceOf(Error);
    subgraph.behave(good);
    expect(await transport.send(toFetch('{ a }'))).toEqual({ data: { me: { name: 'Ada' } } });
  });

  it('is unreachable when nothing listens', async () => {
    const { subgraph, transport } = await start(good);
    await subgraph.close();
    const error = await failureOf(transport.send(toFetch('{ a }')));
    expect(error.code).toBe('SUBGRAPH_UNREACHABLE');
    expect(error.message).not.toMatch(/127|ECONN|http/);
    open.length = 0;
  });

  it('is not followed to where it redirects', async () => {
    const { subgraph: elsewhere } = await start(good);
    const { transport } = await start(text('', { status: 307, headers: { location: elsewhere.url } }));
    const error = await failureOf(transport.send(toFetch('{ a }')));
    expect([error.code, error.extensions]).toEqual(['SUBGRAPH_HTTP_ERROR', { status: 307 }]);
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('costs no more memory than it may answer', async () => {
    const { transport } = await start(flood, { traffic: { all: { responseBytes: '10mb' } } });
    const before = process.memoryUsage.rss();
    expect((await failureOf(transport.send(toFetch('{ a }')))).code).toBe('SUBGRAPH_INVALID_RESPONSE');
    expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000);
  });
});

describe('_entities', () => {
  const operation = toOperation(
    'query($a: [_Any!]!, $b: [_Any!]!) { _entities(representations: $a) { __typename } b: _entities(representations: $b) { __typename } }',
  );
  const send = async (data: unknown) => {
    const { transport } = await start(json({ data }));
    return transport.send(toFetch(operation, { variables: { a: [{}, {}], b: [{}] } }));
  };

  it('are taken when there is one for each representation, or none at all', async () => {
    for (const data of [{ _entities: [null, {}], b: [{}] }, { _entities: null, b: [{}] }, { b: [{}] }]) {
      expect(await send(data)).toEqual({ data });
    }
  });

  it.each([
    ['too few', { _entities: [{}], b: [{}] }],
    ['too many', { _entities: [{}, {}], b: [{}, {}] }],
    ['not a list', { _entities: {}, b: [{}] }],
  ])('are refused when they are %s', async (_name, data) => {
    expect((await failureOf(send(data))).code).toBe('SUBGRAPH_INVALID_RESPONSE');
  });
});
