import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import type { HandlerParts } from '../../../gateway/http/handler.ts';
import { deferred } from './deferred.ts';
import { exchange, openRaw, statusesOf } from './raw-client.ts';
import { startServer, type TestServer } from './start-server.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const json = { 'content-type': 'application/json' };
const body = '{"query":"{ a }"}';

async function codeOf(answer: Response): Promise<string> {
  const { errors } = await answer.json();
  expect(errors).toEqual([{ message: expect.any(String), extensions: { code: expect.any(String) } }]);
  return errors[0].extensions.code;
}

describe('the way to the endpoint', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.drain(0);
  });

  const raw = (head: string, end = '') =>
    exchange(server.port, `${head}\r\n${/\nhost:/i.test(head) ? '' : 'Host: a\r\n'}Connection: close\r\n\r\n${end}`);

  it('leads only by the plain path', async () => {
    const found = ['/graphql?query=%7Ba%7D', 'http://other.example/graphql?query=%7Ba%7D'];
    for (const target of found) expect(statusesOf(await raw(`GET ${target} HTTP/1.1`)), target).toEqual([200]);
    const elsewhere = [
      '/graphql/',
      '/graphql%00',
      '/x/../graphql',
      '/x/../graphql/../admin',
      '/./graphql',
      '//graphql',
    ];
    const more = [
      '//host/graphql',
      '/graphq%6c',
      '/GRAPHQL',
      '/',
      'http://other.example',
      'http://other.example?query={a}',
    ];
    for (const target of [...elsewhere, ...more]) {
      const received = await raw(`GET ${target} HTTP/1.1`);
      expect(statusesOf(received), target).toEqual([404]);
      expect(received).toContain('"code":"NOT_FOUND"');
    }
    for (const target of ['*', 'graphql'])
      expect(statusesOf(await raw(`GET ${target} HTTP/1.1`)), target).toEqual([400]);
  });

  it('is open to GET and POST only, and says so', async () => {
    for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH', 'HEAD']) {
      const received = await raw(`${method} /graphql HTTP/1.1`);
      expect(statusesOf(received), method).toEqual([405]);
      expect(received).toMatch(/^allow: GET, POST, OPTIONS\r$/m);
    }
    expect(statusesOf(await raw('OPTIONS /graphql HTTP/1.1'))).toEqual([204]);
  });

  it('refuses one Host too many, too few, or none that is a host', async () => {
    expect(statusesOf(await exchange(server.port, 'GET /health/live HTTP/1.0\r\n\r\n'))).toEqual([200]);
    const none = await openRaw(server.port);
    none.send('GET /health/live HTTP/1.1\r\n\r\n');
    expect(statusesOf(await none.until(/\}$/))).toEqual([400]);
    none.socket.destroy();
    expect(statusesOf(await raw('GET /health/live HTTP/1.1\r\nHost: a\r\nhost: b'))).toEqual([400]);
    for (const host of ['a b', 'a/graphql?', 'a@b', '[::1', 'a:99999', '%00', 'a#b']) {
      expect(statusesOf(await raw(`GET /graphql?query={a} HTTP/1.1\r\nHost: ${host}`)), host).toEqual([400]);
    }
  });

  it('refuses transfer encodings but chunked once, and never runs what follows', async () => {
    for (const encoding of ['xchunked', 'chunked, identity', 'gzip, chunked', 'identity']) {
      const received = await raw(
        `POST /graphql HTTP/1.1\r\nTransfer-Encoding: ${encoding}`,
        '0\r\n\r\nGET /health/live HTTP/1.1',
      );
      expect(statusesOf(received), encoding).toEqual([400]);
    }
  });

  it('refuses long URLs and large or many headers', async () => {
    const padding = 'a'.repeat(20_000);
    expect(statusesOf(await raw(`GET /graphql?query=${padding} HTTP/1.1`))).toEqual([414]);
    expect(statusesOf(await raw(`GET /health/live HTTP/1.1\r\nX-A: ${padding}`))).toEqual([431]);
    const many = Array.from({ length: 3_000 }, (_, index) => `x${index % 10}:1`).join('\r\n');
    expect(statusesOf(await raw(`GET /health/live HTTP/1.1\r\n${many}`))).toEqual([431]);
  });

  it('does not take a body for the next request', async () => {
    const hidden = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
    const received = await raw(`POST /nowhere HTTP/1.1\r\nContent-Length: ${hidden.length}`, hidden);
    expect(statusesOf(received)).toEqual([404]);
  });

  it('keeps the connection of a refused request whose body has arrived', async () => {
    const client = await openRaw(server.port);
    client.send(`POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    expect(await client.until(/\}$/)).toMatch(/^Connection: keep-alive\r$/m);
    client.send('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(statusesOf(await client.until(/"ok"\}$/))).toEqual([404, 200]);
    client.socket.destroy();
  });

  it('asks for an announced body only when it may come', async () => {
    const announced = (length: number) =>
      `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n`;
    const small = await openRaw(server.port);
    small.send(`${announced(body.length)}Expect: 100-continue\r\nConnection: close\r\n\r\n`);
    await small.until(/100 Continue/);
    small.send(body);
    expect(statusesOf(await small.untilClosed())).toEqual([100, 200]);
    const large = await openRaw(server.port);
    large.send(`${announced(100_000_000)}Expect: 100-continue\r\n\r\n`);
    expect(statusesOf(await large.until(/PAYLOAD_TOO_LARGE/))).toEqual([413]);
    large.socket.destroy();
    expect(statusesOf(await raw('GET /graphql?query={a} HTTP/1.1\r\nExpect: 200-ok'))).toEqual([417]);
  });

  it('answers a client that goes on sending a body that was refused', async () => {
    const client = await openRaw(server.port);
    client.send(
      'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const refused = client.until(/PAYLOAD_TOO_LARGE/);
    for (let sent = 0; sent < 80; sent++) client.send(chunk);
    expect(await refused).toMatch(/^HTTP\/1.1 413 [\s\S]*^Connection: close\r$/m);
    client.send('0\r\n\r\n');
    await client.untilClosed();
  });

  it('takes over a request id that is safe and makes one up otherwise', async () => {
    const idFor = async (id: string) =>
      (await fetch(`${server.url}/health/live`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    for (const id of ['a', 'b3-7/x.y:z_1+=@~', 'x'.repeat(128)]) expect(await idFor(id)).toBe(id);
    for (const id of ['', 'x'.repeat(129), 'a b', 'a,b', '<script>', 'ü']) expect(await idFor(id), id).toMatch(uuid);
    expect(await raw('GET /health/live HTTP/1.1\r\nX-Request-Id: a\r\nX-Request-Id: b')).not.toMatch(/a, ?b/);
  });

  it('repeats a line break in a parameter only as an escape', async () => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ query: '{a}', operationName: 'a\r\nX-Injected: 1' }),
    });
    expect(answer.headers.has('x-injected')).toBe(false);
    expect(await answer.json()).toMatchObject({ data: { operationName: 'a\r\nX-Injected: 1' } });
  });

  it('answers refusals in the media type that the client likes', async () => {
    const accept = 'application/graphql-response+json';
    const typeFor = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}/nowhere`, { headers })).headers.get('content-type');
    expect(await typeFor({ accept })).toBe(`${accept}; charset=utf-8`);
    expect(await typeFor({})).toBe('application/json; charset=utf-8');
  });
});

describe('health', () => {
  it('is live always and ready when nothing speaks against it', async () => {
    let problem: string | undefined = 'there is no supergraph yet';
    await using server = await startServer({ notReady: () => problem });
    const status = async (path: string) => {
      const answer = await fetch(`${server.url}${path}`);
      return [answer.status, await answer.json(), answer.headers.get('cache-control')];
    };
    expect(await status('/health/live')).toEqual([200, { status: 'ok' }, 'no-store']);
    expect(await status('/health/ready')).toEqual([503, { status: 'unavailable', reason: problem }, 'no-store']);
    problem = undefined;
    expect(await status('/health/ready')).toEqual([200, { status: 'ok' }, 'no-store']);
    expect((await fetch(`${server.url}/health/ready`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${server.url}/health/ready`, { method: 'HEAD' })).status).toBe(200);
  });

  it('is not ready at the most requests in flight, refuses more, and recovers', async () => {
    let finish = () => {};
    const { promise: arrived, resolve: onArrived } = deferred();
    const answer = () =>
      new Promise<Response>((resolve) => {
        finish = () => resolve(Response.json({}));
        onArrived();
      });
    await using server = await startServer({ answer }, { listen: { maxConcurrency: 1 } });
    const url = `${server.url}/graphql?query={a}`;
    const first = fetch(url);
    await arrived;
    const refused = await fetch(url);
    expect([refused.status, refused.headers.get('retry-after'), await codeOf(refused)]).toEqual([
      503,
      '1',
      'OVERLOADED',
    ]);
    expect(await (await fetch(`${server.url}/health/ready`)).json()).toEqual({
      status: 'unavailable',
      reason: 'overloaded',
    });
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    finish();
    expect((await first).status).toBe(200);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });
});

describe('what GraphQL throws', () => {
  it('is a refusal when it is a GatewayError, with its headers, and is not logged as a fault', async () => {
    await using server = await startServer({
      answer: async () => {
        throw new GatewayError('RATE_LIMITED', 'Slow down.', { headers: { 'retry-after': '7' } });
      },
    });
    const answer = await fetch(`${server.url}/graphql?query={a}`);
    expect([answer.status, answer.headers.get('retry-after'), await codeOf(answer)]).toEqual([
      429,
      '7',
      'RATE_LIMITED',
    ]);
    expect(server.lines.map(({ level }) => level)).toEqual(['debug']);
  });

  it('is a fault otherwise, logged under the id that the client is told', async () => {
    await using server = await startServer({
      answer: async () => {
        throw new TypeError('secret');
      },
    });
    const answer = await fetch(`${server.url}/graphql?query={a}`);
    expect([answer.status, await codeOf(answer)]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect(server.lines).toMatchObject([{ level: 'error', fields: { requestId: answer.headers.get('x-request-id') } }]);
  });

  it('is no error when the client has left in the middle of its body', async () => {
    await using server = await startServer();
    const client = await openRaw(server.port);
    client.send(
      'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query"',
    );
    while (server.inFlight() === 0) await new Promise(setImmediate);
    client.socket.destroy();
    while (server.inFlight() > 0) await new Promise(setImmediate);
    expect(server.lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  });

  it('tells of what it refuses, by code, status and request', async () => {
    const refused: unknown[] = [];
    const onRefused: HandlerParts['onRefused'] = ({ code, status }, requestId) =>
      refused.push([code, status, requestId]);
    await using server = await startServer({ onRefused });
    await fetch(`${server.url}/nowhere`, { headers: { 'x-request-id': 'r-1' } });
    expect(refused).toEqual([['NOT_FOUND', 404, 'r-1']]);
  });
});
