import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, get, type ServerResponse } from 'node:http';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { listen } from '../../../gateway/http/listen.ts';
import { deferred } from './deferred.ts';
import { exchange, openRaw, statusesOf } from './raw-client.ts';
import { configOf, recordingLog, startListener } from './start-server.ts';

const hello = (_request: unknown, response: ServerResponse) => {
  response.end('hello');
};
/** How many connections the system lets wait at most. */
const somaxconn = existsSync('/proc/sys/net/core/somaxconn')
  ? Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'))
  : 0;

/** Opens connections while the thread that started it waits, and wakes it when all of them are open. */
const crowd = `
  const { connect } = require('node:net');
  const { port, count, open } = require('node:worker_threads').workerData;
  for (let index = 0; index < count; index++) {
    connect(port, '127.0.0.1', () => {
      if (Atomics.add(open, 0, 1) === count - 1) Atomics.notify(open, 1, Atomics.store(open, 1, 1));
    });
  }
`;

const plainGet = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('listen', () => {
  it('refuses what is not valid HTTP/1.1 once, with an error in JSON, and closes', async () => {
    await using server = await startListener(hello);
    const post = 'POST / HTTP/1.1\r\nHost: a\r\n';
    const cases: readonly (readonly [name: string, bytes: string, status: number])[] = [
      ['length and chunks', `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
      ['space before the colon', `${post}Content-Length : 4\r\n\r\nabcd`, 400],
      ['two lengths', `${post}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`, 400],
      ['signed length', `${post}Content-Length: +4\r\n\r\nabcd`, 400],
      ['hex length', `${post}Content-Length: 0x4\r\n\r\nabcd`, 400],
      ['negative length', `${post}Content-Length: -4\r\n\r\nabcd`, 400],
      ['folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n 2\r\n\r\n', 400],
      ['bare carriage return', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r2\r\n\r\n', 400],
      ['NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\0\r\n\r\n', 400],
      ['bare line feeds', 'GET / HTTP/1.1\nHost: a\nX-A: 1\n\n', 400],
      ['an unknown version', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400],
      ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
      ['a method that is none', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['too large headers', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
      ['CONNECT', 'CONNECT other:443 HTTP/1.1\r\nHost: other\r\n\r\n', 405],
    ];
    for (const [name, bytes, status] of cases) {
      const received = await exchange(server.port, bytes);
      expect(statusesOf(received), name).toEqual([status]);
      expect(received, name).toMatch(/\r\n\r\n\{"errors":\[\{"message":"[^"]+","extensions":\{"code"/);
    }
    expect(await exchange(server.port, plainGet.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))).toMatch(
      /hello$/,
    );
  });

  it('refuses chunks that lie about their size or carry large extensions', async () => {
    await using server = await startListener(async (request, response) => {
      request.resume();
      await once(request, 'end');
      response.end('hello');
    });
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    const large = `${post}1;${'a'.repeat(100_000)}\r\na\r\n0\r\n\r\n`;
    expect(statusesOf(await exchange(server.port, large))).toEqual([413]);
    expect(statusesOf(await exchange(server.port, `${post}fffffffffffffffff\r\na\r\n0\r\n\r\n`))).toEqual([400]);
    expect(statusesOf(await exchange(server.port, `${post}1\nab\r\n0\r\n\r\n`))).toEqual([400]);
    expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.skipIf(somaxconn < 1_000)(
    'lets a crowd connect while it has no time for it (skipped where the system does not)',
    async () => {
      await using server = await startListener(hello);
      const count = 1_000;
      const open = new Int32Array(new SharedArrayBuffer(8));
      const worker = new Worker(crowd, { eval: true, workerData: { port: server.port, count, open } });
      try {
        Atomics.wait(open, 1, 0, 10_000);
        const [opened] = open;
        expect(opened).toBe(count);
      } finally {
        await worker.terminate();
      }
    },
  );

  it('ignores an upgrade to HTTP/2', async () => {
    await using server = await startListener(hello);
    const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n';
    const client = await openRaw(server.port);
    client.send(`GET / HTTP/1.1\r\nHost: a\r\n${upgrade}`);
    expect(statusesOf(await client.until(/hello/))).toEqual([200]);
    client.socket.destroy();
  });

  it('answers 200 pipelined requests in order, and what it cannot read after them by closing', async () => {
    const waiting: (() => void)[] = [];
    await using server = await startListener((request, response) => {
      waiting.push(() => response.end(`<${request.url}>`));
      if (waiting.length === 200) for (const answer of waiting.reverse()) answer();
    });
    const requests = Array.from({ length: 200 }, (_, index) => `GET /${index} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const received = await exchange(server.port, `${requests.join('')}garbage\r\n\r\n`);
    expect(statusesOf(received)).toEqual(Array(200).fill(200));
    expect([...received.matchAll(/<\/(\d+)>/g)].map(([, index]) => Number(index))).toEqual(
      requests.map((_, index) => index),
    );
    expect(server.inFlight()).toBe(0);
  });

  it('forgets the answers owed to a client that leaves, pipelined ones too', async () => {
    let arrived = 0;
    let gone = 0;
    const { promise: allArrived, resolve: onArrived } = deferred();
    const { promise: allGone, resolve: onGone } = deferred();
    await using server = await startListener((_request, response) => {
      response.once('close', () => ++gone === 3 && onGone());
      if (++arrived === 3) onArrived();
    });
    const client = await openRaw(server.port);
    client.send(plainGet.repeat(3));
    await allArrived;
    expect(server.inFlight()).toBe(3);
    client.socket.destroy();
    await allGone;
    expect(server.inFlight()).toBe(0);
  });

  it('closes clients that send their headers or their body too slowly', async () => {
    await using server = await startListener(
      (request) => {
        request.resume();
      },
      { listen: { headersTimeout: '60ms', requestTimeout: '120ms' } },
    );
    const received = await Promise.all([
      exchange(server.port, ''),
      exchange(server.port, 'GET / HTTP/1.1\r\nHost: a\r\nX-'),
      exchange(server.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc'),
    ]);
    expect(received.map(statusesOf)).toEqual([[408], [408], [408]]);
  });

  it('closes clients that do not read their answer, but not those that wait for it', async () => {
    const { promise: closed, resolve: onClosed } = deferred();
    const { promise: waited, resolve: onWaited } = deferred();
    await using server = await startListener(
      (request, response) => {
        if (request.url === '/slow') {
          request.socket.once('timeout', () => onWaited());
          waited.then(() => response.end('at last'));
          return;
        }
        response.once('close', onClosed);
        response.end(Buffer.alloc(20_000_000));
      },
      { listen: { writeTimeout: '80ms' } },
    );
    const reader = await openRaw(server.port);
    const idle = await openRaw(server.port);
    reader.socket.pause();
    reader.send(plainGet);
    idle.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await closed;
    await idle.until(/at last/);
    reader.socket.destroy();
    idle.socket.destroy();
  });

  it('answers a fault with 500 that says nothing, and logs it whole with the request id', async () => {
    const secret = new Error('postgres://user:password@db/');
    await using server = await startListener((_request, response) => {
      response.setHeader('x-request-id', 'r-1');
      throw secret;
    });
    const answer = await fetch(server.url);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({
      errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(server.lines).toEqual([
      { level: 'error', message: 'A request failed unexpectedly.', fields: { requestId: 'r-1', error: secret } },
    ]);
  });

  it('says in a sentence why a port cannot be opened', async () => {
    await using server = await startListener(hello);
    const attempt = (host: string, port: number) =>
      listen({ config: { ...configOf().listen, host, port }, handle: hello, log: recordingLog() });
    await expect(attempt('127.0.0.1', server.port)).rejects.toThrow(
      `Port ${server.port} of 127.0.0.1 is taken. Stop the program that listens there, or choose another port.`,
    );
    await expect(attempt('192.0.2.1', 0)).rejects.toThrow('192.0.2.1 is no address of this machine.');
  });
});

describe('drain', () => {
  it('loses none of 20 requests in flight and none that arrives on an open connection', async () => {
    const answers: (() => void)[] = [];
    const { promise: arrived, resolve: onArrived } = deferred();
    const { promise: extra, resolve: onExtra } = deferred();
    const server = await startListener((_request, response) => {
      if (answers.push(() => response.end('hello')) === 20) onArrived();
      if (answers.length === 21) onExtra();
    });
    const agent = new Agent({ keepAlive: true });
    const requests = Array.from({ length: 20 }, () => request(server.port, agent));
    const keptAlive = await openRaw(server.port);
    await arrived;
    const drained = server.drain(5_000);
    keptAlive.send(plainGet);
    await extra;
    for (const answer of answers) answer();
    expect(await Promise.all(requests)).toEqual(Array(20).fill('close'));
    expect(await keptAlive.untilClosed()).toMatch(/Connection: close[\s\S]*hello$/);
    expect(await drained).toEqual({ aborted: 0 });
    await expect(openRaw(server.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('does not wait for idle connections, nor for clients that have sent nothing or half a request', async () => {
    const server = await startListener(hello);
    const clients = await Promise.all([openRaw(server.port), openRaw(server.port), openRaw(server.port)]);
    clients[0]?.send(plainGet);
    clients[1]?.send('GET / HT');
    await clients[0]?.until(/hello/);
    const before = performance.now();
    expect(await server.drain(10_000)).toEqual({ aborted: 0 });
    expect(performance.now() - before).toBeLessThan(1_000);
    await Promise.all(clients.map((client) => client.untilClosed()));
  });

  it('tears down what is still in flight at the deadline and counts it', async () => {
    const { promise: arrived, resolve: onArrived } = deferred();
    const server = await startListener(() => onArrived());
    const client = await openRaw(server.port);
    client.send(plainGet);
    await arrived;
    expect(await server.drain(50)).toEqual({ aborted: 1 });
    expect(await client.untilClosed()).toBe('');
  });
});

/** The Connection header of the answer. */
function request(port: number, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, (answer) => {
      answer.resume().once('end', () => resolve(answer.headers.connection));
    }).on('error', reject);
  });
}
