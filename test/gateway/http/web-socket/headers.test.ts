import { describe, expect, it } from 'vitest';
import { addInitHeaders } from '../../../../gateway/http/web-socket/init-headers.ts';
import { openedHeaders } from '../../../../gateway/http/web-socket/opened-headers.ts';
import { configOf } from '../start-server.ts';

type Headers = Readonly<Record<string, string>>;

describe('the headers of the request that opened a WebSocket', () => {
  const sent = {
    host: 'a',
    connection: 'Upgrade, X-Hop',
    upgrade: 'websocket',
    'sec-websocket-key': 'x',
    'x-hop': 'no',
    'idempotency-key': 'one request',
    'if-none-match': '"x"',
    cookie: 'session=x',
    authorization: 'Basic x',
    'x-api-key': 'k',
  };

  it('are those of its operations, but for what was of the handshake or of one request', () => {
    const { host, cookie, authorization, 'x-api-key': key } = sent;
    const all = openedHeaders(new Map(Object.entries(sent)), true);
    expect(Object.fromEntries(all)).toEqual({ host, cookie, authorization, 'x-api-key': key });
    const fewer = openedHeaders(new Map(Object.entries(sent)), false);
    expect(Object.fromEntries(fewer)).toEqual({ host, 'x-api-key': key });
  });
});

describe('connection_init', () => {
  const keys = { apiKeys: { file: 'keys.json', header: 'X-Key' } };
  const add = (payload: Record<string, unknown>, opened: Headers = {}, identity: Record<string, unknown> = keys) =>
    Object.fromEntries(
      addInitHeaders(
        new Map(Object.entries(opened)),
        payload,
        configOf({ identity, webSocket: { initHeaders: ['X-Tenant'] } }),
      ),
    );

  it.each<[Record<string, unknown>, Headers, Headers]>([
    [{ Authorization: ' Bearer a ' }, {}, { authorization: 'Bearer a' }],
    [{ 'X-KEY': 'k' }, {}, { 'x-key': 'k' }],
    // The usual name stands for the configured one where that is not used.
    [{ 'x-api-key': 'k' }, {}, { 'x-key': 'k' }],
    [{ 'x-api-key': 'no', 'x-key': 'k' }, {}, { 'x-key': 'k' }],
    [{ 'x-api-key': 'no' }, { 'x-key': 'k' }, { 'x-key': 'k' }],
    [
      { 'x-tenant': 't', 'apollographql-client-name': 'web' },
      {},
      { 'x-tenant': 't', 'apollographql-client-name': 'web' },
    ],
    [{ 'x-tenant': 'forged' }, { 'x-tenant': 't' }, { 'x-tenant': 't' }],
    [{ headers: { 'x-tenant': 't' }, authorization: null }, {}, { 'x-tenant': 't' }],
    [{ headers: [], other: {}, cookie: 'c', 'x-forwarded-for': '1.2.3.4' }, {}, {}],
    [JSON.parse('{"__proto__":{"authorization":"Bearer x"}}'), {}, {}],
  ])('adds what is wanted of %j to %j', (payload, opened, expected) => {
    expect(add(payload, opened)).toEqual(expected);
  });

  it('knows a token by the header that the configuration names', () => {
    const identity = { token: { header: 'x-token' } };
    expect(add({ authorization: 'Bearer a' }, {}, identity)).toEqual({ 'x-token': 'Bearer a' });
    expect(add({ authorization: 'Bearer a', 'x-token': 'Bearer b' }, {}, identity)).toEqual({ 'x-token': 'Bearer b' });
    // Without a section for keys, one is no credential.
    expect(add({ 'x-api-key': 'k' }, {}, identity)).toEqual({});
  });

  it.each<[string, Record<string, unknown>, Headers]>([
    ['BAD_REQUEST', { authorization: {} }, {}],
    ['BAD_REQUEST', { 'x-tenant': 'a\nb' }, {}],
    ['BAD_REQUEST', { authorization: 'Bearer a', Authorization: 'Bearer b' }, {}],
    ['BAD_REQUEST', { authorization: 'x'.repeat(16_384) }, {}],
    ['UNAUTHENTICATED', { authorization: 'Bearer a' }, { authorization: 'Bearer b' }],
    ['UNAUTHENTICATED', { 'x-key': 'a' }, { 'x-key': 'b' }],
  ])('is refused with %s for %j after %j', (code, payload, opened) => {
    expect(() => add(payload, opened)).toThrow(expect.objectContaining({ code }));
  });

  it.each(['cookie', 'X-Forwarded-For', 'forwarded', 'sec-fetch-site', 'host', 'proxy-authorization', 'content-type'])(
    'can never bring the header %s',
    (name) => {
      expect(() => configOf({ webSocket: { initHeaders: [name] } })).toThrow(/must be none that proxies/);
    },
  );
});
