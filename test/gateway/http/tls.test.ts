import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readCertificate } from '../../../gateway/identity/read-certificate.ts';
import { createAuthority, type Issued } from '../../support/certificates.ts';
import { startListener } from './start-server.ts';

const authority = createAuthority('Clients');
const stranger = createAuthority('Clients');
const servers = createAuthority('Servers');
const serverNames = { commonName: 'gateway', names: ['DNS:localhost', 'IP:127.0.0.1'] };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'overlock-tls-'));
  await writeFiles(servers.issue(serverNames));
  await writeFile(join(folder, 'ca.pem'), authority.cert);
});
afterAll(() => rm(folder, { recursive: true }));

async function writeFiles({ cert, key }: Issued) {
  await writeFile(join(folder, 'server.pem'), cert);
  await writeFile(join(folder, 'server.key'), key);
}

function tlsSection(more: Record<string, unknown> = {}) {
  const files = { cert: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  return { listen: { tls: { ...files, ...more } } };
}

function clientsSection(more: Record<string, unknown> = {}) {
  return tlsSection({ clientCa: join(folder, 'ca.pem'), ...more });
}

/** Answers the certificate of the client. */
function answerCertificate(request: IncomingMessage, response: ServerResponse) {
  response.end(JSON.stringify(readCertificate(request.socket) ?? 'none'));
}

/** What a client with a connection of its own is answered, or the code of what went wrong. */
function ask(port: number, options: ConnectionOptions = {}): Promise<unknown> {
  return new Promise((resolve) => {
    const call = request({ port, host: '127.0.0.1', ca: servers.cert, agent: false, ...options }, async (response) => {
      const chunks = await response.toArray();
      resolve(JSON.parse(Buffer.concat(chunks).toString()));
    });
    call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message)).end();
  });
}

describe('listen with TLS', () => {
  it('answers by HTTPS, with TLS 1.2 or newer and no weak ciphers', async () => {
    await using server = await startListener(answerCertificate, tlsSection());
    expect(server.url).toMatch(/^https:/);
    expect(await ask(server.port)).toBe('none');
    expect(await ask(server.port, { maxVersion: 'TLSv1.2' })).toBe('none');
    const weak: readonly ConnectionOptions[] = [
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      { maxVersion: 'TLSv1.2', ciphers: 'eNULL@SECLEVEL=0' },
      { maxVersion: 'TLSv1.2', ciphers: 'aNULL@SECLEVEL=0' },
    ];
    for (const options of weak) {
      expect(await ask(server.port, options)).toMatch(/^(ERR_SSL_\w+|ECONNRESET|EPROTO)$/);
    }
  });

  it('closes what is no handshake, or one that is not finished in time', async () => {
    const sections = tlsSection();
    await using server = await startListener(answerCertificate, {
      listen: { ...sections.listen, headersTimeout: '80ms' },
    });
    for (const bytes of ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '\x16\x03\x01', '']) {
      const socket = connectTcp(server.port, '127.0.0.1');
      socket.on('error', () => {}).resume();
      socket.write(bytes);
      await once(socket, 'close');
    }
    expect(await ask(server.port)).toBe('none');
  });

  it('does not wait for handshakes when it drains', async () => {
    const server = await startListener(answerCertificate, tlsSection());
    const socket = connectTcp(server.port, '127.0.0.1');
    socket.on('error', () => {}).resume();
    await once(socket, 'connect');
    expect(await ask(server.port)).toBe('none');
    const startedAt = performance.now();
    await Promise.all([server.drain(5_000), once(socket, 'close')]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('refuses requests with two different tokens rather than choosing one', async () => {
    await using server = await startListener((request, response) => {
      response.end(JSON.stringify(request.headers.authorization));
    }, tlsSection());
    const call = request({ port: server.port, host: '127.0.0.1', ca: servers.cert, agent: false });
    call.setHeader('authorization', ['Bearer a', 'Bearer b']);
    const [response] = await once(call.end(), 'response');
    expect(Buffer.concat(await response.toArray()).toString()).toBe('"Bearer a, Bearer b"');
  });

  it('takes certificates that changed for new connections and keeps those that are open', async () => {
    await using server = await startListener(answerCertificate, tlsSection());
    const open = connect({ port: server.port, host: '127.0.0.1', ca: servers.cert });
    await once(open, 'secureConnect');
    const served = async () => {
      const socket = connect({ port: server.port, host: '127.0.0.1', ca: servers.cert });
      await once(socket, 'secureConnect');
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    };
    const former = await served();

    await writeFile(join(folder, 'server.key'), 'half written');
    await vi.waitFor(() => expect(server.lines.at(-1)?.level).toBe('error'), 5_000);
    expect(await served()).toBe(former);

    const next = servers.issue(serverNames);
    for (const [name, text] of [
      ['server.pem', next.cert],
      ['server.key', next.key],
    ] as const) {
      await writeFile(join(folder, 'next'), text);
      await rename(join(folder, 'next'), join(folder, name));
    }
    await vi.waitFor(async () => expect(await served()).toBe(next.serial.toString('hex').toUpperCase()), 5_000);
    open.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(Buffer.concat(await open.toArray()).toString()).toMatch(/^HTTP\/1.1 200 /);
  });

  it.each([
    [
      'a file that is missing',
      { cert: '/nowhere/server.pem' },
      'listen.tls.cert names the file /nowhere/server.pem, which does not exist.',
    ],
    ['a certificate that is none', { cert: 'server.key' }, 'which is not a certificate in PEM'],
    ['the key of another', { key: 'other.key' }, 'which is not the private key of the certificate'],
    ['an authority that is none', { clientCa: 'server.key' }, 'listen.tls.clientCa names'],
    ['a revocation list that is none', { clientCa: 'ca.pem', clientCrl: 'ca.pem' }, 'listen.tls.clientCrl names'],
  ])('says what is wrong with %s', async (_case, files, message) => {
    await writeFile(join(folder, 'other.key'), servers.issue().key);
    const absolute = Object.entries(files).map(([name, file]) => [
      name,
      file.startsWith('/') ? file : join(folder, file),
    ]);
    await expect(startListener(answerCertificate, tlsSection(Object.fromEntries(absolute)))).rejects.toThrow(message);
  });
});

describe('client certificates', () => {
  const shop = authority.issue({
    commonName: 'shop',
    names: ['URI:spiffe://example.org/shop', 'DNS:a, URI:spiffe://example.org/admin'],
    usage: 'clientAuth',
  });
  const revoked = authority.issue({ commonName: 'revoked' });
  const bad: Readonly<Record<string, Issued>> = {
    expired: authority.issue({ commonName: 'shop', from: -3, to: -1 }),
    'not yet valid': authority.issue({ commonName: 'shop', from: 1 }),
    'of another authority of the same name': stranger.issue({ commonName: 'shop' }),
    'for servers only': authority.issue({ commonName: 'shop', usage: 'serverAuth' }),
    'signed by itself': createAuthority('shop'),
    revoked,
  };

  it('are read with their names, and only once verified', async () => {
    await using server = await startListener(answerCertificate, clientsSection());
    expect(await ask(server.port, shop)).toEqual({
      subject: 'shop',
      alternativeNames: ['URI:spiffe://example.org/shop', 'DNS:a, URI:spiffe://example.org/admin'],
      fingerprint: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(await ask(server.port, { ...shop, maxVersion: 'TLSv1.2' })).toMatchObject({ subject: 'shop' });
  });

  it.each(['require', 'request'])('are refused in the handshake unless good: %s', async (clientCertificate) => {
    await writeFile(join(folder, 'crl.pem'), authority.revoke(revoked));
    let requests = 0;
    const count = (request: IncomingMessage, response: ServerResponse) => {
      requests++;
      answerCertificate(request, response);
    };
    const section = clientsSection({ clientCertificate, clientCrl: join(folder, 'crl.pem') });
    await using server = await startListener(count, section);
    for (const [name, client] of Object.entries(bad)) {
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        expect(await ask(server.port, { ...client, maxVersion }), name).toMatch(/^(E\w+)$/);
      }
    }
    expect(requests).toBe(0);
    expect(await ask(server.port, shop)).toMatchObject({ subject: 'shop' });
    expect(await ask(server.port)).toEqual(clientCertificate === 'require' ? expect.stringMatching(/^E\w+$/) : 'none');
  });

  it('are checked anew against the authorities that are in force when a session is resumed', async () => {
    await writeFile(join(folder, 'ca2.pem'), authority.cert);
    await using server = await startListener(answerCertificate, clientsSection({ clientCa: join(folder, 'ca2.pem') }));
    const options = { port: server.port, host: '127.0.0.1', ca: servers.cert, ...shop };
    const first: TLSSocket = connect(options);
    const [session] = await once(first, 'session');
    first.destroy();
    await writeFile(join(folder, 'ca2.pem'), stranger.cert);
    await vi.waitFor(() => expect(server.lines.at(-1)?.level).toBe('info'), 5_000);
    expect(await ask(server.port, { ...shop, session })).toMatch(/^E\w+$/);
  });
});
