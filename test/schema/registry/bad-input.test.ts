import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { users } from '../../support/registry-schemas.ts';
import { openTestRegistry, type TestRegistry } from '../../support/test-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry({ denyPrivateUrls: true });
});
afterAll(() => registry[Symbol.asyncDispose]());

const at = '/v1/graphs/shop/production';
const publicUsers = { ...users, url: 'http://192.0.33.8/graphql' };

describe('bad input', () => {
  it.each([
    ['a name that is a path', `PUT /v1/graphs/..%2F..%2Fetc/passwd/subgraphs/a`, publicUsers, 400, 'INVALID_NAME'],
    ['a subgraph that is a path', `PUT ${at}/subgraphs/..%2Fusers`, publicUsers, 400, 'INVALID_NAME'],
    ['a name with a line break', `PUT ${at}/subgraphs/a%0Ab`, publicUsers, 400, 'INVALID_NAME'],
    ['a name as long as a page', `PUT ${at}/subgraphs/${'a'.repeat(3_000)}`, publicUsers, 400, 'INVALID_NAME'],
    ['a name of an object', `PUT ${at}/subgraphs/__proto__`, publicUsers, 400, 'INVALID_NAME'],
    ['no SDL', `PUT ${at}/subgraphs/a`, { url: publicUsers.url }, 400, 'BAD_REQUEST'],
    ['something unknown', `PUT ${at}/subgraphs/a`, { ...publicUsers, colour: 'red' }, 400, 'BAD_REQUEST'],
    ['a URL of a file', `PUT ${at}/subgraphs/a`, { ...users, url: 'file:///etc/passwd' }, 400, 'BAD_REQUEST'],
    ['a list', `PUT ${at}/subgraphs/a`, [], 400, 'BAD_REQUEST'],
    ['what is not JSON', `PUT ${at}/subgraphs/a`, '{"url":', 400, 'BAD_REQUEST'],
    [
      'an SDL of 20 MB',
      `PUT ${at}/subgraphs/a`,
      { ...publicUsers, sdl: `#${'x'.repeat(2e7)}` },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'an SDL of 9 MB',
      `PUT ${at}/subgraphs/a`,
      { ...publicUsers, sdl: `#${'x'.repeat(9e6)}` },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'an SDL nested to no end',
      `PUT ${at}/subgraphs/a`,
      { ...publicUsers, sdl: `type Query { a: ${'['.repeat(1e5)}` },
      422,
      'COMPOSITION_FAILED',
    ],
    ['an empty SDL', `PUT ${at}/subgraphs/a`, { ...publicUsers, sdl: '' }, 422, 'COMPOSITION_FAILED'],
    ['a loopback address', `PUT ${at}/subgraphs/a`, { ...users, url: 'http://127.0.0.1/graphql' }, 422, 'PRIVATE_URL'],
    [
      'a name of this machine',
      `POST ${at}/subgraphs/a/check`,
      { ...users, url: 'http://localhost:4001' },
      422,
      'PRIVATE_URL',
    ],
    ['a webhook to the inside', 'PUT /v1/webhooks/a', { url: 'http://[::ffff:10.0.0.1]/' }, 422, 'PRIVATE_URL'],
    ['an unknown graph', 'GET /v1/graphs/nowhere/production', undefined, 404, 'UNKNOWN_GRAPH'],
    [
      'a graph that is not there to follow',
      'GET /v1/graphs/nowhere/production/artifact?wait=20',
      undefined,
      404,
      'UNKNOWN_GRAPH',
    ],
    [
      'usage of an unknown graph',
      'POST /v1/graphs/nowhere/production/usage',
      { id: 'a', at: 0, operations: [], counts: [] },
      404,
      'UNKNOWN_GRAPH',
    ],
    ['a version that is no number', `GET ${at}/versions/one`, undefined, 400, 'BAD_REQUEST'],
    ['a negative page', `GET ${at}/versions?limit=-1`, undefined, 400, 'BAD_REQUEST'],
    [
      'an unknown lint rule',
      `PUT ${at}/settings`,
      { checks: { lint: { 'no-such-rule': 'error' } } },
      400,
      'BAD_REQUEST',
    ],
    [
      'a hash of another text',
      `POST ${at}/usage`,
      {
        id: 'a',
        at: 0,
        operations: [{ hash: 'a'.repeat(64), kind: 'query', text: '{ a }', coordinates: [] }],
        counts: [],
      },
      400,
      'BAD_REQUEST',
    ],
    ['a path that is not there', 'GET /v2/graphs', undefined, 404, 'NOT_FOUND'],
    ['a method that is not there', `PATCH ${at}`, undefined, 405, 'METHOD_NOT_ALLOWED'],
  ])('is named: %s', async (_title, route, body, status, code) => {
    const answer = await registry.ask(route, { body });
    expect(answer).toMatchObject({ status, body: { status, code, detail: expect.stringMatching(/\.$/) } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(JSON.stringify(answer.body).length).toBeLessThan(10_000);
  });

  it('is refused by its type and encoding', async () => {
    const route = `PUT ${at}/subgraphs/a`;
    const send = async (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) => {
      const { status } = await registry.fetch(
        new Request(`http://registry.test${route.split(' ')[1]}`, {
          method: 'PUT',
          headers: { authorization: `Bearer ovl_${'a'.repeat(43)}`, 'content-type': 'application/json', ...headers },
          body,
        }),
      );
      return status;
    };
    expect(await send({ 'content-type': 'text/plain' }, '{}')).toBe(415);
    expect(await send({ 'content-encoding': 'br' }, '{}')).toBe(415);
    expect(await send({ 'content-encoding': 'gzip' }, '{}')).toBe(400);
    expect(await send({ 'content-encoding': 'gzip' }, new Uint8Array(gzipSync('{}')))).toBe(400);
    // A bomb: 40 MB of nothing in 40 kB.
    expect(await send({ 'content-encoding': 'gzip' }, new Uint8Array(gzipSync(Buffer.alloc(4e7, ' '))))).toBe(413);
    expect(await send({}, Uint8Array.from([0x22, 0xff, 0x22]))).toBe(400);
  });

  it('of others is not looked at', async () => {
    expect(await registry.ask(`PUT ${at}/subgraphs/a`, { token: undefined, body: '{' })).toMatchObject({ status: 401 });
    const reader = await registry.createToken({ role: 'reader' });
    expect(await registry.ask(`PUT ${at}/subgraphs/a`, { token: reader, body: '{' })).toMatchObject({ status: 403 });
  });
});

describe('a database that fails', () => {
  it('is told as such, without what it says', async () => {
    await using other = await openTestRegistry();
    await other.store.close();
    const { status, body } = await other.ask('GET /v1/graphs');
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
    expect(await other.ask('GET /health/ready', { token: undefined })).toMatchObject({ status: 503 });
    expect(await other.ask('GET /health/live', { token: undefined })).toMatchObject({ status: 200 });
    expect(JSON.stringify(body)).not.toMatch(/sqlite|database connection|\/tmp/i);
  });
});
