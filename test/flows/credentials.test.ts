import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { exchange } from '../gateway/http/raw-client.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { createAuthority } from '../support/certificates.ts';
import { composeSdl } from '../support/federation.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const message = 'Credentials are missing or not accepted. Sign in and try again.';
const query = '{ open }';

let folder: TemporaryFolder;
let service: ServedSubgraph;
let gateway: TestGateway;
let shutdown: () => Promise<void>;
let key: string;
let token: string;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  const { terminal, written } = createFakeTerminal({ cwd: folder.path });
  await runCommandLine(['keys', 'create', '--client', 'shop-web'], terminal);
  key = written.stdout.trim();
  token = await new SignJWT({ client_id: 'shop-web' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject('ada')
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
  service = await serveSubgraph({
    name: 'shop',
    sdl: 'type Query { open: String }',
    resolvers: { Query: { open: () => 'yes' } },
  });
  const { output } = createStubOutput();
  const telemetry = await createTelemetry(toConfig({ graph: { supergraph: 'none' } }).telemetry, { output });
  shutdown = telemetry.shutdown;
  const sections = {
    identity: { jwt: [issuer], apiKeys: { file: `${folder.path}/keys.json` }, anonymous: false },
    headers: { toSubgraphs: [{ propagate: ['x-language'] }] },
    graph: { subgraphs: { shop: { url: service.url } } },
  };
  gateway = await startTestGateway(toConfig(sections), telemetry);
  service.requests.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await shutdown();
  await service.close();
  await folder.remove();
});

const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

/** Sends a request whose headers are as they are written here. */
async function send(headers: readonly string[], search = ''): Promise<{ status: number; text: string }> {
  const body = JSON.stringify({ query });
  const fixed = [`host: 127.0.0.1:${gateway.port}`, 'content-type: application/json', 'connection: close'];
  const head = [`POST /graphql${search} HTTP/1.1`, ...fixed, `content-length: ${body.length}`, ...headers];
  const text = await exchange(gateway.port, `${head.join('\r\n')}\r\n\r\n${body}`);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text };
}

describe('credentials', () => {
  it.each<[string, () => { headers: readonly string[]; search?: string }]>([
    ['nothing', () => ({ headers: [] })],
    ['an empty header', () => ({ headers: ['authorization:'] })],
    ['a scheme only', () => ({ headers: ['authorization: Bearer'] })],
    ['another scheme', () => ({ headers: ['authorization: Basic YWRhOmxvdmVsYWNl'] })],
    ['two tokens in a header', () => ({ headers: [`authorization: Bearer ${token}, Bearer ${token}`] })],
    ['two headers', () => ({ headers: [`authorization: Bearer ${token}`, 'authorization: Bearer x'] })],
    [
      'two headers, the bad one first',
      () => ({ headers: ['authorization: Bearer x', `authorization: Bearer ${token}`] }),
    ],
    [
      'a token in the address',
      () => ({ headers: [], search: `?access_token=${token}&authorization=Bearer%20${token}` }),
    ],
    ['a token in another header', () => ({ headers: [`x-authorization: Bearer ${token}`, `cookie: token=${token}`] })],
    ['a token without signature', () => ({ headers: [`authorization: Bearer ${token.replace(/[^.]*$/, '')}`] })],
    ['two keys', () => ({ headers: [`x-api-key: ${key}`, `x-api-key: ${key}`] })],
    ['a key that is cut off', () => ({ headers: [`x-api-key: ${key.slice(0, -1)}`] })],
    ['a good key with a bad token', () => ({ headers: [`x-api-key: ${key}`, 'authorization: Bearer x'] })],
    [
      'what a proxy would say of a certificate',
      () => ({ headers: ['x-client-cert: CN=shop', 'x-forwarded-client-cert: URI=spiffe://shop'] }),
    ],
  ])('are missing or not accepted, which is said in one way: %s', async (_, sent) => {
    const { headers, search } = sent();
    const { status, text } = await send(headers, search);
    expect(status).toBe(401);
    expect(text.toLowerCase()).toContain('www-authenticate: bearer realm="graphql"');
    expect(text).toContain(`{"errors":[{"message":"${message}","extensions":{"code":"UNAUTHENTICATED"}}]}`);
    expect(service.requests).toEqual([]);
  });

  it.each([12_000, 60_000, 1_000_000])('of %d bytes are refused at once, without being looked at', async (bytes) => {
    const startedAt = performance.now();
    const { status } = await send([`authorization: Bearer ${'a'.repeat(bytes)}`]).catch(() => ({ status: 431 }));
    expect([401, 431]).toContain(status);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await gateway.ask(query, undefined, { headers: bearer(token) })).data).toEqual({ open: 'yes' });
    service.requests.length = 0;
  });

  it('that are good are neither passed on nor kept in logs and metrics', async () => {
    const spoofed = { 'x-client-cert': 'CN=admin', 'x-forwarded-for': '10.0.0.1', 'x-language': 'nl' };
    for (const headers of [{ 'x-api-key': key }, bearer(token), { 'x-api-key': key, ...bearer(token) }]) {
      expect((await gateway.ask(query, undefined, { headers: { ...headers, ...spoofed } })).data).toEqual({
        open: 'yes',
      });
    }
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    const received = JSON.stringify(service.requests.map(({ headers, body }) => ({ headers, body })));
    expect(service.requests).toHaveLength(3);
    expect(metrics).toContain('overlock_');
    for (const text of [metrics, received, JSON.stringify(gateway.lines)]) {
      for (const credential of [key.slice(-43), token]) expect(text).not.toContain(credential);
    }
    expect(service.requests.every(({ headers }) => headers['x-language'] === 'nl')).toBe(true);
    for (const name of ['x-client-cert', 'x-forwarded-for', 'x-api-key', 'authorization']) {
      expect(service.requests.some(({ headers }) => name in headers)).toBe(false);
    }
  });
});

it('a subgraph with a certificate of an authority that nobody knows is never sent anything', async () => {
  const { cert, key: privateKey } = createAuthority('stranger').issue({ names: ['IP:127.0.0.1', 'DNS:localhost'] });
  let requests = 0;
  const server = createServer({ cert, key: privateKey }, (_request, response) => {
    requests += 1;
    response.end('{"data":{"open":"secret"}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const sdl = composeSdl([{ name: 'shop', sdl: service.sdl, url }]);
  const supergraph = await folder.write('stranger.graphql', sdl);
  const strict = await startTestGateway(toConfig({ graph: { supergraph } }));
  const answer = await strict.ask(query);
  expect(answer.data).toEqual({ open: null });
  expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['SUBGRAPH_UNREACHABLE']);
  expect(answer.text).not.toMatch(/127\.0\.0\.1|certificate|secret/);
  expect(requests).toBe(0);
  await strict.stop();
  server.closeAllConnections();
  server.close();
});
