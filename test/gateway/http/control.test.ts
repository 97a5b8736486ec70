import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adminSection } from '../../../gateway/config/listen.ts';
import { createControlHandler } from '../../../gateway/http/control.ts';
import { recordShapes } from '../../../gateway/record-shapes.ts';
import { MemoryRecordStore } from '../../../gateway/store/memory-record-store.ts';
import type { RecordStore } from '../../../gateway/store/record-store.ts';
import { RecordTable } from '../../../gateway/store/record-table.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

const nowMs = Date.parse('2030-01-01T00:00:00Z');
const revocations = '/control/revocations';
const json = { 'content-type': 'application/json' };
const ada = JSON.stringify({ value: { subject: 'ada' } });
const token = 'a token of sixteen and more'.replaceAll(' ', '-');

let server: Server;
let store: MemoryRecordStore;
beforeEach(async () => {
  store = new MemoryRecordStore(new RecordTable(() => nowMs));
  await store.open();
});
afterEach(() => {
  store.close();
  server.close();
  server.closeAllConnections();
});

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Starts the port of an `admin` section; what is sent has the headers of a command line. */
async function start(admin: Record<string, unknown> = {}, records: () => RecordStore | undefined = () => store) {
  const { log, lines } = createRecordingLogger();
  const access = adminSection.parse(admin);
  const handle = createControlHandler({ access, store: records, shapes: recordShapes, now: () => nowMs, log });
  server = createServer((incoming, response) => void handle(incoming, response, incoming.url ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const send = (method: string, path: string, headers: Record<string, string> = {}, body = '') =>
    new Promise<Answer>((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', method, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        const { statusCode: status = 0, headers: received } = response;
        const type = received['content-type'];
        response.on('end', () =>
          resolve({ status, type, headers: received, body: text === '' ? {} : JSON.parse(text) }),
        );
      });
      sent.on('error', reject).end(body);
    });
  return { send, lines, port };
}

describe('/control/', () => {
  it('lists, puts and deletes records, and says in the log who did what', async () => {
    const { send, lines } = await start();
    expect(await send('GET', revocations)).toMatchObject({ status: 200, body: { records: [] } });
    const body = JSON.stringify({ value: { subject: 'ada' }, expiresAt: '2030-01-02T00:00:00Z' });
    const put = await send('PUT', `${revocations}/a.1~-_`, { ...json, 'user-agent': 'overlock/1' }, body);
    expect([put.status, put.body]).toEqual([204, {}]);
    const value = { subject: 'ada', issuedBefore: '2030-01-01T00:00:00.000Z' };
    const records = [{ id: 'a.1~-_', value, expiresAt: '2030-01-02T00:00:00.000Z' }];
    const listed = await send('GET', revocations);
    expect(listed).toMatchObject({ type: 'application/json; charset=utf-8', body: { records } });
    expect(listed.headers['cache-control']).toBe('no-store');
    const statuses = [await send('DELETE', `${revocations}/a.1~-_`), await send('DELETE', `${revocations}/a.1~-_`)];
    expect(statuses.map(({ status }) => status)).toEqual([204, 404]);
    const message = 'An operator told gateways something.';
    expect(lines.filter(({ level }) => level === 'info')).toEqual([
      {
        level: 'info',
        message,
        fields: { action: 'put', kind: 'revocation', ...records[0], by: { address: '127.0.0.1', agent: 'overlock/1' } },
      },
      {
        level: 'info',
        message,
        fields: { action: 'remove', kind: 'revocation', id: 'a.1~-_', by: { address: '127.0.0.1', agent: undefined } },
      },
    ]);
  });

  it('takes the records of all kinds, and never lists or logs the digest of a key', async () => {
    const { send, lines } = await start();
    const sha256 = 'ab'.repeat(32);
    const createdAt = '2029-01-01T00:00:00Z';
    const expiresAt = '2031-01-01T00:00:00.000Z';
    const key = { id: '4f1c09a2b3d7', client: 'shop', scopes: [], createdAt, expiresAt };
    const path = `/control/api-keys/${key.id}`;
    expect((await send('PUT', path, json, JSON.stringify({ value: { ...key, sha256 } }))).status).toBe(204);
    const former = { expiresAt: '2030-02-01T00:00:00Z' };
    const next = JSON.stringify({ value: { ...key, sha256: 'cd'.repeat(32), former } });
    expect((await send('PUT', path, json, next)).status).toBe(204);
    const { body } = await send('GET', '/control/api-keys');
    const shown = { ...key, formerExpiresAt: former.expiresAt };
    expect(body).toEqual({ records: [{ id: key.id, value: shown, expiresAt }] });
    expect(JSON.stringify(lines)).not.toMatch(/(ab|cd){16}/);
    expect(store.all('apiKey')[0]?.value).toMatchObject({ former: { sha256 } });

    const block = { what: 'client', name: 'shop', reason: 'test', setBy: 'ops' };
    expect((await send('PUT', '/control/blocks/b', json, JSON.stringify({ value: block }))).status).toBe(204);
    expect(store.all('block')).toMatchObject([{ id: 'b', value: block }]);
  });

  const large = JSON.stringify({ value: { subject: 'x'.repeat(17_000) } });
  const put = `PUT ${revocations}/a`;
  it.each<[name: string, line: string, headers: Record<string, string>, body: string, status: number, detail: RegExp]>([
    ['a form', put, { 'content-type': 'application/x-www-form-urlencoded' }, ada, 415, /application\/json/],
    ['plain text', put, { 'content-type': 'text/plain' }, ada, 415, /application\/json/],
    ['a body without a type', put, {}, ada, 415, /application\/json/],
    ['what is not JSON', put, json, '{', 400, /^The body is not JSON/],
    ['JSON that is no record', put, json, '[]', 400, /./],
    ['null', put, json, 'null', 400, /./],
    ['an unknown member', put, json, '{"value":1,"for":"1h"}', 400, /^The body must be an object with a value/],
    ['a time that is none', put, json, '{"value":1,"expiresAt":"soon"}', 400, /^The body must be an object/],
    ['what has ended', put, json, `${ada.slice(0, -1)},"expiresAt":"2030-01-01T00:00:00Z"}`, 400, /must lie ahead/],
    ['a value of another shape', put, json, '{"value":{"subjekt":"ada"}}', 400, /^A revocation names a tokenId/],
    ['a body that is too large', put, json, large, 413, /16384 bytes/],
    ['an id that is none', `PUT ${revocations}/a%20b`, json, ada, 400, /^The id must be 1 to 128/],
    ['no id', `PUT ${revocations}/`, json, ada, 400, /^The id must be/],
    ['a PUT to all', `PUT ${revocations}`, json, ada, 405, /GET/],
    ['a GET of one', `GET ${revocations}/a`, {}, '', 405, /PUT, DELETE/],
    ['a POST', `POST ${revocations}`, json, ada, 405, /GET/],
    ['another path', 'GET /control/x', {}, '', 404, /\/control\/blocks, \/control\/revocations, \/control\/api-keys/],
    ['a path below', `GET ${revocations}/a/b`, {}, '', 404, /./],
    ['a web page', `GET ${revocations}`, { origin: 'http://127.0.0.1' }, '', 403, /^Web pages may not/],
    ['a page without an origin', `DELETE ${revocations}/a`, { origin: 'null' }, '', 403, /^Web pages may not/],
    ['a name that leads here', `GET ${revocations}`, { host: 'evil.test' }, '', 403, /admin\.hosts/],
    ['another address', `GET ${revocations}`, { host: '10.0.0.1:9464' }, '', 403, /admin\.hosts/],
    ['a host that is none', `GET ${revocations}`, { host: ':9464' }, '', 403, /admin\.hosts/],
  ])('refuses %s with problem details', async (_name, line, headers, body, status, detail) => {
    const { send } = await start();
    await store.put({ kind: 'revocation', id: 'a', value: 'kept', expiresAtMs: undefined });
    const [method = '', path = ''] = line.split(' ');
    const answer = await send(method, path, headers, body);
    expect(answer).toMatchObject({
      status,
      type: 'application/problem+json; charset=utf-8',
      body: { status, title: expect.any(String), detail: expect.stringMatching(detail) },
    });
    expect(store.all('revocation').map(({ value }) => value)).toEqual(['kept']);
  });

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1', '127.1.2.3:80', '[::1]:9464', 'ops.example.com:80'])(
    'answers to the name %s',
    async (host) => {
      const { send } = await start({ hosts: ['OPS.example.com'] });
      expect((await send('GET', revocations, { host })).status).toBe(200);
    },
  );

  it('wants the token when there is one, for reading as well, and tells nothing else without it', async () => {
    const { send, lines } = await start({ token });
    const wrong = [
      '',
      'Bearer',
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      `Basic ${token}`,
      `Bearer ${token}, x`,
    ];
    for (const authorization of wrong) {
      const answer = await send('GET', '/control/anything', authorization === '' ? {} : { authorization });
      expect([answer.status, answer.headers['www-authenticate']], authorization).toEqual([
        401,
        'Bearer realm="control"',
      ]);
    }
    expect((await send('GET', revocations, { authorization: `Bearer ${token}` })).status).toBe(200);
    expect(JSON.stringify(lines)).not.toContain(token);
  });

  it('says ten times a second in the log who was refused, and once how many more', async () => {
    const { send, lines } = await start({ token });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    for (let time = 0; time < 13; time++) await send('GET', revocations);
    expect(lines.map(({ message }) => message)).toEqual(Array(10).fill('An operator was refused.'));
    vi.advanceTimersByTime(1_000);
    vi.useRealTimers();
    expect(lines.slice(10)).toMatchObject([
      { level: 'warn', message: 'Operators were refused too often to say it each time.', fields: { count: 3 } },
    ]);
  });

  it('is closed without a token where other machines can reach it', async () => {
    const open = await start({ host: '0.0.0.0' });
    expect(await open.send('GET', revocations)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('Set admin.token') },
    });
    server.close();
    const { send } = await start({ host: '0.0.0.0', token });
    expect((await send('GET', revocations, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('says when the store cannot keep it, or is not there yet', async () => {
    const failing = async () => {
      throw new Error('The disk is full.');
    };
    const { send } = await start({}, () => ({
      ...{ open: failing, put: failing, replace: failing, remove: failing },
      ...{ all: () => [], follow: () => () => {}, close: () => {} },
    }));
    for (const [method, body] of [['PUT', ada], ['DELETE']] as const)
      expect(await send(method, `${revocations}/a`, json, body)).toMatchObject({
        status: 503,
        body: { detail: 'The disk is full.' },
      });
    server.close();
    const starting = await start({}, () => undefined);
    expect((await starting.send('GET', revocations)).status).toBe(503);
  });
});
