import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { createRandom } from '../../subgraphs/random.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { createAuthority } from '../support/certificates.ts';
import { eventStream } from '../support/fake-subgraph.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { connectSocket, openSocket, type SocketClient, type SocketClientOptions } from '../support/socket-client.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const query = '{ me }';
const soon = { timeout: 10_000 };
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@requiresScopes"])
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION`;

let folder: TemporaryFolder;
let users: ServedSubgraph;
/** Takes everybody, and tells subgraphs who asks. */
let open: TestGateway;
/** Takes nobody without credentials. */
let closed: TestGateway;
let key: string;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  const { terminal, written } = createFakeTerminal({ cwd: folder.path });
  await runCommandLine(['keys', 'create', '--client', 'robot'], terminal);
  key = written.stdout.trim();
  users = await serveSubgraph({
    name: 'users',
    sdl: `${link} type Query { me: String  secret: String @requiresScopes(scopes: [["profile"]]) }
      type Subscription { ticks: String  mine: String @requiresScopes(scopes: [["profile"]]) }`,
    resolvers: { Query: { me: () => '@caller', secret: () => 'secret of @caller' } },
  });
  users.behave((response, request) => {
    const caller = String(request.headers['x-user'] ?? 'nobody');
    const isStream = request.body.includes('subscription');
    const stream = eventStream((send) => send(`event: next\ndata: {"data":{"ticks":"${caller}"}}\n\n`));
    const answer = users.changed((whole) => JSON.parse(JSON.stringify(whole).replaceAll('@caller', caller)));
    (isStream ? stream : answer)(response, request);
  });
  const sections = (anonymous: boolean) => ({
    graph: { subgraphs: { users: { kind: 'federation', url: users.url } } },
    identity: {
      jwt: [issuer],
      apiKeys: { file: `${folder.path}/keys.json` },
      token: { cookie: 'session' },
      anonymous,
      recheck: '200ms',
      onward: { rules: [{ headers: { 'x-user': 'sub' } }] },
    },
    headers: { toSubgraphs: [{ propagate: ['x-language', 'x-other', 'x-proxied', 'authorization'] }] },
    webSocket: { initHeaders: ['x-language', 'x-proxied'] },
    cors: { origins: ['https://shop.example.com'] },
    rateLimit: { rules: [{ per: 'client', fields: 'Query.secret', limit: '2/min' }] },
  });
  open = await startTestGateway(toConfig(sections(true)));
  closed = await startTestGateway(toConfig(sections(false)));
});
afterAll(async () => {
  await Promise.all([open.stop(), closed.stop()]);
  await users.close();
  await folder.remove();
});

const clients = new Set<SocketClient>();
afterEach(async () => {
  for (const client of clients) {
    client.webSocket.terminate();
    await client.closed;
  }
  clients.clear();
});
const keep = (client: SocketClient) => {
  clients.add(client);
  return client;
};
const connected = async (gateway: TestGateway, payload?: unknown, options?: SocketClientOptions) =>
  keep(await connectSocket(gateway.url, payload, options));

async function tokenOf(subject: string, scope = '', lifetime: number | string = '5m', id = subject): Promise<string> {
  return await new SignJWT({ scope, jti: id })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(typeof lifetime === 'string' ? lifetime : Math.floor(Date.now() / 1_000) + lifetime)
    .sign(Buffer.from(secret));
}

const answerOf = async (client: SocketClient, text = query) => (await client.ask(text))[0]?.payload;

describe('who asks over a WebSocket', () => {
  it.each<[string, (token: string, gateway: TestGateway) => { payload?: unknown; options?: SocketClientOptions }]>([
    ['a member of connection_init', (token) => ({ payload: { authorization: `Bearer ${token}` } })],
    ['a member in any case', (token) => ({ payload: { Authorization: `bearer ${token}` } })],
    ['a member of "headers"', (token) => ({ payload: { headers: { Authorization: `Bearer ${token}` } } })],
    ['a header of the request', (token) => ({ options: { headers: { authorization: `Bearer ${token}` } } })],
    ['a cookie', (token) => ({ options: { headers: { cookie: `a=b; session=${token}` } } })],
    [
      'a cookie that a page of this origin sends along',
      (token, { origin }) => ({ options: { origin, headers: { cookie: `session=${token}` } } }),
    ],
    [
      'both, when they are the same',
      (token) => ({
        payload: { Authorization: `Bearer ${token}`, headers: { authorization: `Bearer ${token}` } },
        options: { headers: { authorization: `Bearer ${token}` } },
      }),
    ],
    [
      'a member, whatever the cookie says',
      (token) => ({
        payload: { authorization: `Bearer ${token}` },
        options: { headers: { cookie: 'session=old' } },
      }),
    ],
  ])('is said by %s', async (_, sent) => {
    for (const gateway of [open, closed]) {
      const { payload, options } = sent(await tokenOf('ada'), gateway);
      expect(await answerOf(await connected(gateway, payload, options))).toEqual({ data: { me: 'ada' } });
    }
  });

  it('is said by an API key', async () => {
    for (const payload of [{ 'x-api-key': key }, { 'X-API-Key': key }, { headers: { 'x-api-key': key } }]) {
      expect((await answerOf(await connected(closed, payload))) as object).toHaveProperty('data');
    }
    const client = await connected(closed, undefined, { headers: { 'x-api-key': key } });
    expect((await answerOf(client)) as object).toHaveProperty('data');
  });

  it.each<[number, string, (token: string) => { payload?: unknown; options?: SocketClientOptions }]>([
    [4403, 'a forged token', (token) => ({ payload: { authorization: `Bearer ${token.slice(0, -4)}AAAA` } })],
    [4403, 'another scheme', () => ({ payload: { authorization: 'Basic YWRhOmE=' } })],
    [4403, 'an empty one', () => ({ payload: { authorization: '' } })],
    [4403, 'an unknown key', () => ({ payload: { 'x-api-key': 'no' } })],
    [
      4403,
      'a good token with an unknown key',
      (token) => ({ payload: { authorization: `Bearer ${token}`, 'x-api-key': 'x' } }),
    ],
    [4403, 'a bad cookie', () => ({ options: { headers: { cookie: 'session=x' } } })],
    [4403, 'a bad header', () => ({ options: { headers: { authorization: 'Bearer x' } } })],
    [
      4403,
      'a good token after another one',
      (token) => ({
        payload: { authorization: `Bearer ${token}` },
        options: { headers: { authorization: 'Bearer x' } },
      }),
    ],
    [4400, 'a number', () => ({ payload: { authorization: 1 } })],
    [4400, 'what no header can be', () => ({ payload: { authorization: 'Bearer a\r\nx-user: eve' } })],
    [
      4400,
      'two of them',
      (token) => ({ payload: { authorization: `Bearer ${token}`, headers: { Authorization: 'Bearer x' } } }),
    ],
    [4400, 'what is too large', () => ({ payload: { authorization: `Bearer ${'a'.repeat(20_000)}` } })],
  ])('is nobody, and closed with %d, for %s', async (code, _, sent) => {
    const { length } = users.requests;
    for (const gateway of [open, closed]) {
      const { payload, options } = sent(await tokenOf('ada'));
      const client = keep(await openSocket(gateway.url, options));
      client.send({ type: 'connection_init', payload });
      expect(await client.closed).toMatchObject({ code });
      expect(gateway.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    }
    expect(users.requests.length).toBe(length);
  });

  it('may be nobody only where that is allowed', async () => {
    expect(await answerOf(await connected(open))).toEqual({ data: { me: 'nobody' } });
    expect(await answerOf(await connected(open, { authorization: null, other: [1] }))).toEqual({
      data: { me: 'nobody' },
    });
    const client = keep(await openSocket(closed.url));
    client.send({ type: 'connection_init' });
    expect(await client.closed).toMatchObject({ code: 4403 });
  });

  it('is not said by what a browser adds for a page that may not send credentials along', async () => {
    const options = { origin: 'https://shop.example.com', headers: { cookie: `session=${await tokenOf('ada')}` } };
    expect(await answerOf(await connected(open, undefined, options))).toEqual({ data: { me: 'nobody' } });
    const payload = { authorization: `Bearer ${await tokenOf('bob')}` };
    expect(await answerOf(await connected(open, payload, options))).toEqual({ data: { me: 'bob' } });
  });

  it('decides what it may see and how often, for each operation as over HTTP', async () => {
    const plain = await connected(open, { authorization: `Bearer ${await tokenOf('bob')}` });
    for (const text of ['{ secret }', 'subscription { mine }']) {
      const { length } = users.requests;
      expect(await plain.ask(text)).toMatchObject([
        { type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] },
      ]);
      expect(users.requests.length).toBe(length);
    }
    const authorization = `Bearer ${await tokenOf('cyd', 'profile')}`;
    const client = await connected(open, { authorization });
    expect(await answerOf(client, '{ secret }')).toEqual({ data: { secret: 'secret of cyd' } });
    expect((await open.ask('{ secret }', undefined, { headers: { authorization } })).status).toBe(200);
    expect(await client.ask('{ secret }')).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }] },
    ]);
    expect(await answerOf(client)).toEqual({ data: { me: 'cyd' } });
  });
});

it('takes headers from connection_init that the configuration names, behind those of the request, and no others', async () => {
  const payload = { 'X-Language': 'de', 'x-other': 'no', 'x-proxied': 'forged', 'x-user': 'eve', cookie: 'session=x' };
  const client = await connected(open, payload, { headers: { 'x-proxied': 'by the proxy' } });
  expect(await answerOf(client)).toEqual({ data: { me: 'nobody' } });
  const { headers } = users.requests.at(-1) ?? {};
  expect(headers).toMatchObject({ 'x-language': 'de', 'x-proxied': 'by the proxy' });
  expect(headers).not.toHaveProperty('x-other');
});

it('is said by a certificate, unless a page may not send credentials along', async () => {
  const [authority, people] = [createAuthority('servers'), createAuthority('people')];
  const server = authority.issue({ names: ['IP:127.0.0.1'], usage: 'serverAuth' });
  const ada = people.issue({ commonName: 'ada', usage: 'clientAuth' });
  const tls = {
    cert: await folder.write('server.pem', server.cert),
    key: await folder.write('server.key', server.key),
    clientCa: await folder.write('people.pem', people.cert),
    clientCertificate: 'request',
  };
  const gateway = await startTestGateway(
    toConfig({
      listen: { tls },
      graph: { subgraphs: { users: { kind: 'federation', url: users.url } } },
      identity: { onward: { rules: [{ headers: { 'x-user': 'subject' } }] } },
      cors: { origins: ['https://shop.example.com'] },
    }),
  );
  const options = { ca: authority.cert, cert: ada.cert, key: ada.key };
  expect(await answerOf(await connected(gateway, undefined, options))).toEqual({ data: { me: 'ada' } });
  const page = { ...options, origin: 'https://shop.example.com' };
  expect(await answerOf(await connected(gateway, undefined, page))).toEqual({ data: { me: 'nobody' } });
  await gateway.stop();
});

describe('credentials that end while something is open', () => {
  const subscription = 'subscription { ticks }';

  it('close the WebSocket with 4403 when they expire, and no other', async () => {
    const other = await connected(open, { authorization: `Bearer ${await tokenOf('ada')}` });
    const client = await connected(open, { authorization: `Bearer ${await tokenOf('ada', '', 2)}` });
    client.subscribe('1', subscription);
    expect(await client.next()).toMatchObject({ type: 'next', payload: { data: { ticks: 'ada' } } });
    const { abandoned } = users.requests.at(-1) ?? {};
    const startedAt = performance.now();
    expect(await client.closed).toMatchObject({ code: 4403 });
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    await abandoned;
    expect(await answerOf(other)).toEqual({ data: { me: 'ada' } });
  });

  const revoke = async (tokenId: string) => {
    const { status } = await fetch(`${open.adminUrl}/control/revocations/${tokenId}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ value: { tokenId } }),
    });
    expect(status).toBe(204);
  };

  it('close the WebSocket when they are revoked, idle or not', async () => {
    const token = await tokenOf('dan', '', '5m', 'token-of-dan');
    const [idle, busy] = [
      await connected(open, { authorization: `Bearer ${token}` }),
      await connected(open, undefined, { headers: { authorization: `Bearer ${token}` } }),
    ];
    busy.subscribe('1', subscription);
    await busy.next();
    await revoke('token-of-dan');
    for (const client of [idle, busy]) expect(await client.closed).toMatchObject({ code: 4403 });
  });

  it('end a stream of server-sent events with an error', async () => {
    const token = await tokenOf('eva', '', '5m', 'token-of-eva');
    const response = await fetch(open.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: subscription }),
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let received = '';
    while (!received.includes('"eva"')) received += (await reader?.read())?.value ?? '';
    const { abandoned } = users.requests.at(-1) ?? {};
    await revoke('token-of-eva');
    for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read()) received += chunk.value;
    expect(received).toMatch(
      /event: next\ndata: \{"errors":\[\{[^\n]*"code":"UNAUTHENTICATED"[^\n]*\n\nevent: complete/,
    );
    await abandoned;
  });
});

it('keeps WebSockets of several identities apart, whatever runs on them together', async () => {
  const random = createRandom(20_261_122);
  const people = ['ada', 'bob', 'nobody'];
  const sockets = await Promise.all(
    people.map(async (person) => {
      const authorization = person === 'nobody' ? undefined : `Bearer ${await tokenOf(person)}`;
      return { person, client: await connected(open, { authorization }) };
    }),
  );
  const seen = new Map(sockets.map(({ client, person }) => [person, collect(client)]));
  for (let round = 0; round < 60; round += 1) {
    const { client } = random.pick(sockets);
    client.subscribe(`${round}`, random.pick([query, 'query Other { me }', 'subscription { ticks }']));
  }
  await vi.waitFor(() => {
    const answers = [...seen.values()].flat().filter((text) => text.includes('"next"'));
    expect(answers).toHaveLength(60);
  }, soon);
  for (const [person, texts] of seen) {
    expect(texts.length).toBeGreaterThan(0);
    for (const other of people) if (other !== person) expect(texts.join('\n')).not.toContain(other);
  }
});

function collect({ webSocket }: SocketClient): readonly string[] {
  const texts: string[] = [];
  webSocket.on('message', (data) => texts.push(data.toString()));
  return texts;
}
