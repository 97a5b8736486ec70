import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect, createServer as createLine, type Server, type Socket } from 'node:net';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { headersSection } from '../../../gateway/config/headers.ts';
import { trafficSection } from '../../../gateway/config/traffic.ts';
import { noTelemetry } from '../../../gateway/telemetry/no-telemetry.ts';
import { createTransports } from '../../../gateway/transport/transports.ts';
import { createAuthority, type Issued } from '../../support/certificates.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';
import { toFetch } from '../../support/transport-harness.ts';

const open: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const authority = createAuthority('Test authority');
const forServer = (name = 'localhost'): Issued => authority.issue({ names: [`DNS:${name}`], usage: 'serverAuth' });
const forGateway = (commonName: string): Issued => authority.issue({ commonName, usage: 'clientAuth' });
const body = '{"data":{"ok":true}}';

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
  return (server.address() as AddressInfo).port;
}

/** A service that talks TLS; `clients` are the names in the certificates of those who asked. */
async function startTlsService(options: ServerOptions = {}) {
  const { cert, key } = forServer();
  const clients: string[] = [];
  const server = createServer({ cert, key, ca: authority.cert, ...options }, (request, response) => {
    clients.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN?.toString() ?? '');
    response.setHeader('connection', 'close').end(body);
  });
  const port = await listen(server);
  return { clients, url: `https://localhost:${port}/graphql`, port };
}

function reach(url: string, all: object) {
  const { log, lines } = createRecordingLogger();
  const transports = createTransports({
    supergraph: { sdl: '', subgraphs: [{ kind: 'federation', name: 'products', url }] },
    traffic: trafficSection.parse({ all: { retries: false, ...all } }),
    headers: headersSection.parse({}),
    telemetry: { ...noTelemetry, log },
  });
  open.push(transports);
  const transport = transports.of('products');
  let asked = 0;
  return { lines, transport, ask: () => transport.send(toFetch(`{ ok${++asked} }`)) };
}

async function makeFolder(files: Readonly<Record<string, string>>) {
  const folder = await createTemporaryFolder();
  open.push({ close: folder.remove });
  for (const [name, text] of Object.entries(files)) await folder.write(name, text);
  return { write: folder.write, at: (name: string) => path.join(folder.path, name) };
}

const unreachable = { code: 'SUBGRAPH_UNREACHABLE' };

describe('TLS to a subgraph', () => {
  it('accepts certificates of its authorities and no others', async () => {
    const { at } = await makeFolder({ 'ca.pem': authority.cert, 'other.pem': createAuthority('Other').cert });
    const { url } = await startTlsService();
    expect(await reach(url, { tls: { ca: at('ca.pem') } }).ask()).toEqual({ data: { ok: true } });
    await expect(reach(url, { tls: { ca: at('other.pem') } }).ask()).rejects.toMatchObject(unreachable);
    await expect(reach(url, {}).ask()).rejects.toMatchObject(unreachable);
  });

  it('wants them to be for the host, or for the name that it is told', async () => {
    const { at } = await makeFolder({ 'ca.pem': authority.cert });
    const { cert, key } = forServer('products.internal');
    const { url } = await startTlsService({ cert, key });
    const tls = { ca: at('ca.pem') };
    await expect(reach(url, { tls }).ask()).rejects.toMatchObject(unreachable);
    const named = reach(url, { tls: { ...tls, serverName: 'products.internal' } });
    expect(await named.ask()).toEqual({ data: { ok: true } });
  });

  it('shows its own certificate, and the new one after the files have changed', async () => {
    const first = forGateway('first');
    const { at, write } = await makeFolder({ 'ca.pem': authority.cert, 'cert.pem': first.cert, 'key.pem': first.key });
    const { url, clients } = await startTlsService({ requestCert: true });
    await expect(reach(url, { tls: { ca: at('ca.pem') } }).ask()).rejects.toMatchObject(unreachable);
    const tls = { ca: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem') };
    const { ask, lines } = reach(url, { tls });
    await ask();
    expect(clients).toEqual(['first']);

    await write('cert.pem', 'half of a certific');
    await vi.waitFor(() => expect(lines.map(({ level }) => level)).toContain('error'), 5_000);
    await ask();
    expect(clients).toEqual(['first', 'first']);

    const second = forGateway('second');
    await write('key.pem', second.key);
    await write('cert.pem', second.cert);
    await vi.waitFor(() => expect(lines.map(({ level }) => level)).toContain('info'), 5_000);
    await ask();
    expect(clients).toEqual(['first', 'first', 'second']);
  });

  it.each([
    [
      'a file that is not there',
      { ca: 'nowhere.pem' },
      /^The setting tls\.ca of traffic names the file .+nowhere\.pem, which cannot be read\.$/,
    ],
    [
      'what is no certificate',
      { ca: 'key.pem' },
      /^The setting tls\.ca of traffic names the file .+key\.pem, which is not a certificate in PEM\.$/,
    ],
    [
      'the key of another certificate',
      { cert: 'ca.pem', key: 'key.pem' },
      /^The setting tls\.key of traffic names the file .+key\.pem, which is not the /,
    ],
  ])('is not begun with %s', async (_name, files, message) => {
    const { at } = await makeFolder({ 'ca.pem': authority.cert, 'key.pem': forServer().key });
    const tls = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, at(file)]));
    expect(() => reach('https://localhost/graphql', { tls })).toThrow(message);
  });
});

describe('HTTP/2 to a subgraph', () => {
  it('is spoken where it is offered, all requests over one connection', async () => {
    const { at } = await makeFolder({ 'ca.pem': authority.cert });
    const versions: string[] = [];
    const held: (() => void)[] = [];
    const server = createSecureServer({ ...forServer(), allowHTTP1: true }, (request, response) => {
      versions.push(request.httpVersion);
      held.push(() => response.end(body));
      if (held.length === 20) for (const go of held) go();
    });
    let connections = 0;
    server.on('secureConnection', () => {
      connections += 1;
    });
    const port = await listen(server);
    const { ask } = reach(`https://localhost:${port}/graphql`, {
      tls: { ca: at('ca.pem') },
      http2: true,
      connections: 1,
    });
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(answers).toEqual(Array(20).fill({ data: { ok: true } }));
    expect(new Set(versions)).toEqual(new Set(['2.0']));
    expect(connections).toBe(1);
  });

  it('sends mutations beside subscriptions over one connection, and none a second time when it goes away', async () => {
    const { at } = await makeFolder({ 'ca.pem': authority.cert });
    const asked: string[] = [];
    const server = createSecureServer({ ...forServer(), allowHTTP1: true }, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const [, text = ''] = /"query":"([^"]*)"/.exec(Buffer.concat(chunks).toString()) ?? [];
      asked.push(text);
      if (text.startsWith('subscription'))
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
      else if (text === 'mutation { last }') request.stream.session?.goaway();
      else if (text !== 'mutation { stuck }') response.end(body);
    });
    const port = await listen(server);
    const { transport } = reach(`https://localhost:${port}/graphql`, {
      tls: { ca: at('ca.pem') },
      http2: true,
      connections: 1,
    });
    const events = await transport.subscribe(toFetch('subscription { news }'));
    expect(await transport.send(toFetch('mutation { add }'))).toEqual({ data: { ok: true } });
    const lost = ['stuck', 'last'].map((field) => transport.send(toFetch(`mutation { ${field} }`)));
    for (const one of lost) await expect(one).rejects.toMatchObject(unreachable);
    expect(await transport.send(toFetch('mutation { again }'))).toEqual({ data: { ok: true } });
    expect(asked).toEqual([
      'subscription { news }',
      'mutation { add }',
      'mutation { stuck }',
      'mutation { last }',
      'mutation { again }',
    ]);
    await events[Symbol.asyncIterator]().return?.();
  });

  it('is not spoken where it is not offered: then requests go over as many connections', async () => {
    const { at } = await makeFolder({ 'ca.pem': authority.cert });
    const { url, clients } = await startTlsService();
    const { ask } = reach(url, { tls: { ca: at('ca.pem') }, http2: true });
    expect(await Promise.all(Array.from({ length: 5 }, ask))).toEqual(Array(5).fill({ data: { ok: true } }));
    expect(clients).toHaveLength(5);
  });

  it('is spoken over another connection when one leads nowhere any longer, and over the same while that is only slow', async () => {
    const { at } = await makeFolder({ 'ca.pem': authority.cert });
    const server = createSecureServer(forServer(), (_request, response) => {
      setTimeout(() => response.end(body), delayMs).unref();
    });
    let delayMs = 0;
    const port = await listen(server);
    const live: Socket[] = [];
    let connections = 0;
    const line = createLine((near) => {
      connections += 1;
      const far = connect(port, '127.0.0.1');
      near.on('data', (bytes) => live.includes(near) && far.write(bytes));
      far.on('data', (bytes) => live.includes(near) && near.write(bytes));
      for (const side of [near, far]) side.on('error', () => {}).on('close', () => far.destroy());
      live.push(near);
    });
    const { ask } = reach(`https://localhost:${await listen(line)}/graphql`, {
      tls: { ca: at('ca.pem') },
      http2: true,
      timeout: '400ms',
    });
    expect(await ask()).toEqual({ data: { ok: true } });
    delayMs = 10_000;
    for (let passedMs = 0; passedMs < 2_000; passedMs += 400) {
      await expect(ask()).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
    }
    delayMs = 0;
    expect(await ask()).toEqual({ data: { ok: true } });
    expect(connections).toBe(1);
    live.length = 0;
    await vi.waitFor(async () => expect(await ask()).toEqual({ data: { ok: true } }), { timeout: 5_000 });
    expect(connections).toBe(2);
  });

  it.each([
    ['refuses connections', async () => ({ url: 'https://127.0.0.1:1/graphql' })],
    ['shows a certificate of nobody known', () => startTlsService()],
  ])('ends no more than its call when the service %s', async (_what, start) => {
    const { ask } = reach((await start()).url, { http2: true });
    await expect(ask()).rejects.toMatchObject(unreachable);
    await expect(ask()).rejects.toMatchObject(unreachable);
  });
});

describe('a proxy', () => {
  /** A proxy that knows CONNECT; `asked` are the places that it was asked for, and how. */
  const startProxy = async () => {
    const asked: (readonly [place: string, credentials: string | undefined])[] = [];
    const server = createHttpServer((_request, response) => response.writeHead(405).end());
    server.on('connect', (request, socket) => {
      asked.push([request.url ?? '', request.headers['proxy-authorization']]);
      const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      for (const side of [target, socket]) side.on('error', () => target.destroy());
    });
    return { asked, port: await listen(server) };
  };

  it('is what a subgraph is reached through', async () => {
    const proxy = await startProxy();
    const service = createHttpServer((_request, response) => response.end(body));
    const port = await listen(service);
    const { ask } = reach(`http://localhost:${port}/graphql`, { proxy: `http://ada:secret@127.0.0.1:${proxy.port}` });
    expect(await ask()).toEqual({ data: { ok: true } });
    expect(proxy.asked).toEqual([[`localhost:${port}`, `Basic ${btoa('ada:secret')}`]]);
  });

  it('sees nothing of TLS', async () => {
    const proxy = await startProxy();
    const client = forGateway('gateway');
    const { at } = await makeFolder({ 'ca.pem': authority.cert, 'cert.pem': client.cert, 'key.pem': client.key });
    const { url, clients, port } = await startTlsService({ requestCert: true });
    const tls = { ca: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem') };
    const { ask } = reach(url, { proxy: `http://127.0.0.1:${proxy.port}`, tls });
    expect(await ask()).toEqual({ data: { ok: true } });
    expect([proxy.asked.map(([place]) => place), clients]).toEqual([[`localhost:${port}`], ['gateway']]);
  });

  it('is passed through by HTTP/2, all requests at once over one connection', async () => {
    const proxy = await startProxy();
    const { at } = await makeFolder({ 'ca.pem': authority.cert });
    const versions: string[] = [];
    const held: (() => void)[] = [];
    const service = createSecureServer(forServer(), (request, response) => {
      versions.push(request.httpVersion);
      held.push(() => response.end(body));
      if (held.length === 5) for (const go of held) go();
    });
    const port = await listen(service);
    const { ask } = reach(`https://localhost:${port}/graphql`, {
      proxy: `http://127.0.0.1:${proxy.port}`,
      tls: { ca: at('ca.pem') },
      http2: true,
      connections: 1,
    });
    expect(await Promise.all(Array.from({ length: 5 }, ask))).toEqual(Array(5).fill({ data: { ok: true } }));
    expect([versions, proxy.asked]).toEqual([Array(5).fill('2.0'), [[`localhost:${port}`, undefined]]]);
  });

  it.each(['http', 'https'])('that hangs up is asked once for a subgraph of %s that is asked once', async (scheme) => {
    let asked = 0;
    const server = createHttpServer();
    server.on('connect', (_request, socket) => {
      asked += 1;
      socket.destroy();
    });
    const proxy = `http://127.0.0.1:${await listen(server)}`;
    const { ask } = reach(`${scheme}://localhost:1/graphql`, { proxy, timeout: '1s' });
    await expect(ask()).rejects.toMatchObject(unreachable);
    expect(asked).toBe(1);
  });

  it('that is gone is a subgraph that cannot be reached', async () => {
    const { ask } = reach('http://localhost:1/graphql', { proxy: 'http://127.0.0.1:1' });
    await expect(ask()).rejects.toMatchObject(unreachable);
  });
});
