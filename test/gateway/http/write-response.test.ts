import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Response as YogaResponse, ReadableStream as YogaStream } from '@whatwg-node/fetch';
import { describe, expect, it } from 'vitest';
import { deferred } from './deferred.ts';
import { openRaw, statusesOf } from './raw-client.ts';
import { startServer } from './start-server.ts';

const text = JSON.stringify({ data: 'overlock '.repeat(200) });
const jsonType = { 'content-type': 'application/json' };
const target = '/graphql?query={a}';

/** The answer to a GET as it came, with its body as bytes. */
async function get(port: number, headers: Record<string, string> = {}) {
  const client = await openRaw(port);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  client.send(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines.join('')}\r\n`);
  const received = await client.untilClosed();
  const end = received.indexOf('\r\n\r\n');
  return { head: received.slice(0, end).toLowerCase(), body: Buffer.from(received.slice(end + 4), 'latin1') };
}

describe.each([
  ['a Response of node', Response, ReadableStream],
  ['a Response of Yoga', YogaResponse, YogaStream],
])('writeResponse of %s', (_name, AnyResponse, AnyStream) => {
  it('sends a whole answer with its length, its headers and all its cookies', async () => {
    const headers = new Headers({ 'x-a': '1', connection: 'close', 'transfer-encoding': 'chunked' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    await using server = await startServer({ answer: async () => new AnyResponse(text, { status: 418, headers }) });
    const { head, body } = await get(server.port);
    expect(head).toMatch(/^http\/1.1 418 /);
    for (const line of ['x-a: 1', 'set-cookie: a=1', 'set-cookie: b=2', `content-length: ${text.length}`]) {
      expect(head).toContain(`\r\n${line}`);
    }
    expect(head).not.toContain('transfer-encoding');
    expect(body.toString()).toBe(text);
  });

  it('compresses as the client likes it best', async () => {
    await using server = await startServer({ answer: async () => new AnyResponse(text, { headers: jsonType }) });
    const inflaters = { br: brotliDecompressSync, gzip: gunzipSync, none: (bytes: Buffer) => bytes };
    const cases: readonly (readonly [accepted: string, encoding: keyof typeof inflaters])[] = [
      ['gzip, deflate, br', 'br'],
      ['GZIP', 'gzip'],
      ['br;q=0.5, gzip;q=0.8', 'gzip'],
      ['br;q=0, *', 'gzip'],
      ['*;q=0.1', 'br'],
      ['identity', 'none'],
      ['deflate, zstd', 'none'],
      ['br;q=x', 'none'],
      ['', 'none'],
    ];
    for (const [accepted, encoding] of cases) {
      const { head, body } = await get(server.port, { 'Accept-Encoding': accepted });
      expect(/content-encoding: (\w+)/.exec(head)?.[1] ?? 'none', accepted).toBe(encoding);
      expect(head).toContain('vary: accept-encoding');
      expect(head).toContain(`content-length: ${body.byteLength}`);
      expect(inflaters[encoding](body).toString()).toBe(text);
    }
  });

  it('leaves small answers as they are, and all of them when compression is off', async () => {
    const accept = { 'Accept-Encoding': 'br' };
    await using small = await startServer({ answer: async () => new AnyResponse('{}', { headers: jsonType }) });
    expect((await get(small.port, accept)).head).not.toContain('content-encoding');
    const answer = async () => new AnyResponse(text, { headers: jsonType });
    await using off = await startServer({ answer }, { compression: { enabled: false } });
    expect((await get(off.port, accept)).head).not.toMatch(/content-encoding|vary/);
  });

  it('sends no body and no length with 204', async () => {
    await using server = await startServer({ answer: async () => new AnyResponse(null, { status: 204 }) });
    const { head, body } = await get(server.port, { 'Accept-Encoding': 'br' });
    expect(head).toMatch(/^http\/1.1 204 /);
    expect(head).not.toContain('content-length');
    expect(body.byteLength).toBe(0);
  });

  it('sends each event of a stream as it comes, uncompressed, and cancels it when the client leaves', async () => {
    const canceled = new AbortController();
    let push = (_event: string) => {};
    const answer = async () =>
      new AnyResponse(
        new AnyStream({
          start: (controller) => {
            push = (event) => controller.enqueue(Buffer.from(event));
            push(':\n\n');
          },
          cancel: () => canceled.abort(),
        }),
        { headers: { 'content-type': 'text/event-stream', 'content-encoding': 'none', connection: 'keep-alive' } },
      );
    await using server = await startServer({ answer });
    const client = await openRaw(server.port);
    client.send(`GET ${target} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\n\r\n`);
    const head = await client.until(/:\n\n/);
    expect(statusesOf(head)).toEqual([200]);
    expect(head).not.toMatch(/content-encoding/i);
    push('data: 1\n\n');
    await client.until(/data: 1\n\n/);
    push('data: 2\n\n');
    await client.until(/data: 2\n\n/);
    const aborted = once(canceled.signal, 'abort');
    client.socket.destroy();
    await aborted;
    while (server.inFlight() > 0) await new Promise(setImmediate);
    expect(server.lines).toEqual([]);
  });

  it('drops a stream whose client left before it began, even one that fails at that', async () => {
    const { promise: left, resolve: onLeft } = deferred();
    const { promise: canceled, resolve: onCanceled } = deferred();
    const answer = async (_request: IncomingMessage, response: ServerResponse) => {
      response.once('close', onLeft);
      await left;
      const cancel = () => {
        onCanceled();
        throw new TypeError('Cannot read properties of undefined');
      };
      return new AnyResponse(new AnyStream({ cancel }), { headers: { 'content-type': 'text/event-stream' } });
    };
    await using server = await startServer({ answer });
    const client = await openRaw(server.port);
    client.send(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    while (server.inFlight() === 0) await new Promise(setImmediate);
    client.socket.destroy();
    await canceled;
    while (server.inFlight() > 0) await new Promise(setImmediate);
    expect(server.lines).toEqual([]);
  });

  it('does not read a stream faster than its client', async () => {
    let chunks = 0;
    const { promise: settled, resolve: onSettled } = deferred();
    let timer: NodeJS.Timeout | undefined;
    const answer = async () =>
      new AnyResponse(
        new AnyStream({
          pull: (controller) => {
            controller.enqueue(Buffer.alloc(100_000));
            chunks++;
            clearTimeout(timer);
            timer = setTimeout(onSettled, 100);
          },
        }),
        { headers: { 'content-type': 'multipart/mixed; boundary="-"' } },
      );
    await using server = await startServer({ answer });
    const client = await openRaw(server.port);
    client.socket.pause();
    client.send(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await settled;
    expect(chunks).toBeLessThan(200);
    client.socket.destroy();
  });

  it('cuts the connection when a stream fails, and logs it', async () => {
    const answer = async () =>
      new AnyResponse(
        new AnyStream({
          start: (controller) => controller.enqueue(Buffer.from('data: 1\n\n')),
          pull: (controller) => controller.error(new Error('secret')),
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      );
    await using server = await startServer({ answer });
    const { body } = await get(server.port);
    expect(body.toString()).not.toMatch(/secret|0\r\n\r\n$/);
    expect(server.lines).toMatchObject([{ level: 'error', fields: { error: { message: 'secret' } } }]);
  });
});

describe('writeResponse of a reply', () => {
  it.each([
    ['one byte', 'a'.repeat(50_000)],
    ['two bytes', 'é'.repeat(50_000)],
    ['four bytes and a lonely half', `${'🍲'.repeat(25_000)}\ud83c`],
  ])('sends a long text whose characters take %s, and takes it away from the reply', async (_name, body) => {
    const reply = { status: 200, headers: jsonType, body };
    await using server = await startServer({ answer: async () => reply });
    const answer = await get(server.port);
    expect(answer.head).toContain(`content-length: ${Buffer.byteLength(body)}`);
    expect(answer.body.equals(Buffer.from(body))).toBe(true);
    expect(reply.body).toBe('');
  });

  it('sends text and bytes alike, with all headers, to all who take them', async () => {
    const headers = {
      'content-type': 'application/json',
      'set-cookie': ['a=1', 'b=2'],
      vary: 'x-a',
      connection: 'close',
    };
    for (const body of [text, Buffer.from(text)]) {
      await using server = await startServer({ answer: async () => ({ status: 203, headers, body }) });
      for (const [accepted, inflate] of [
        ['br', brotliDecompressSync],
        ['gzip', gunzipSync],
        ['br', brotliDecompressSync],
        ['identity', (bytes: Buffer) => bytes],
      ] as const) {
        const answer = await get(server.port, { 'Accept-Encoding': accepted });
        expect(answer.head).toMatch(/^http\/1.1 203 /);
        for (const line of ['set-cookie: a=1', 'set-cookie: b=2', 'vary: x-a', 'vary: accept-encoding']) {
          expect(answer.head).toContain(`\r\n${line}`);
        }
        expect(inflate(answer.body).toString()).toBe(text);
      }
    }
  });
});
