import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Artifact, isSignedBy } from '../../schema/feed/artifact.ts';
import { parseSigningKey } from '../../schema/registry/delivery/signing-key.ts';
import { createAuthority } from '../support/certificates.ts';
import { runOverlock } from '../support/gateway-process.ts';
import { adminToken, startRegistry } from '../support/registry-process.ts';
import { sampleCount, sampleOperation } from '../support/registry-samples.ts';
import { reviews, users } from '../support/registry-schemas.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await createTemporaryFolder();
});
afterAll(() => folder.remove());

const at = '/v1/graphs/shop/production';

describe('overlock registry serve', () => {
  it('shows the token of an admin at its first start only, and keeps all that was published', {
    timeout: 60_000,
  }, async () => {
    const data = `${folder.path}/first`;
    const registry = await startRegistry(data, [], {});
    const token =
      /^The token of an admin, which is shown this once: (ovl_[\w-]{43})$/m.exec(registry.output())?.[1] ?? '';
    const published = await registry.ask(`PUT ${at}/subgraphs/users`, { body: users, token });
    expect(published).toMatchObject({ status: 200, body: { version: 1 } });
    const before = await registry.ask(`GET ${at}/artifact`, { token });
    const old = sampleOperation('Old', ['Query.me']);
    const report = { id: 'old', at: Date.now() - 100 * 86_400_000, operations: [old], counts: [sampleCount(old)] };
    await registry.ask(`POST ${at}/usage`, { body: report, token });
    const used = `GET ${at}/usage?days=365`;
    expect((await registry.ask(used, { token })).body).toEqual({ items: [{ coordinate: 'Query.me', count: 1 }] });
    expect(await registry.end()).toBe(0);
    expect(registry.log()).not.toMatch(/"level":"(warn|error)"/);

    await using again = await startRegistry(data, ['--keep-usage', '30'], {});
    expect(again.output()).not.toContain('ovl_');
    await vi.waitFor(async () => expect((await again.ask(used, { token })).body).toEqual({ items: [] }), 5_000);
    const after = await again.ask(`GET ${at}/artifact`, { token });
    expect(after.body).toEqual(before.body);
    expect(await again.end()).toBe(0);
    expect(again.log()).not.toMatch(/"level":"(warn|error)"/);
    const { stdout: publicKey } = await runOverlock(['registry', 'key', '--data', data]);
    const { stable } = after.body as Artifact;
    expect(isSignedBy({ graph: 'shop', variant: 'production' }, stable, publicKey)).toBe(true);
  });

  it('takes the token and the key of its operator', { timeout: 60_000 }, async () => {
    const data = `${folder.path}/own`;
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const file = await folder.write('key.pem', pem);
    const registry = await startRegistry(data, ['--signing-key', file, '--deny-private-urls']);
    expect(registry.output()).not.toContain('ovl_');
    const { publicKey } = parseSigningKey(pem);
    expect(await registry.ask('GET /v1/keys')).toMatchObject({ body: { items: [{ publicKey }] } });
    expect(
      await registry.ask(`PUT ${at}/subgraphs/users`, { body: { ...users, url: 'http://127.0.0.1:1' } }),
    ).toMatchObject({
      status: 422,
      body: { code: 'PRIVATE_URL' },
    });
    const running = await Promise.all([
      runOverlock(['registry', 'key', '--registry', registry.url]),
      runOverlock(['registry', 'key'], { env: { OVERLOCK_REGISTRY: registry.url } }),
      runOverlock(['registry', 'key', '--data', data], { env: { OVERLOCK_REGISTRY: registry.url } }),
    ]);
    expect(running).toMatchObject([
      { code: 0, stdout: publicKey },
      { code: 0, stdout: publicKey },
      {
        code: 1,
        stderr: expect.stringMatching(/^error: [^\n]*is in use by another process[^\n]*\n[^\n]*--registry URL\.\n$/),
      },
    ]);
    await registry.end();

    const next = `ovl_${'N'.repeat(43)}`;
    await using again = await startRegistry(data, [], { OVERLOCK_ADMIN_TOKEN: next });
    expect(await again.ask('GET /v1/graphs', { token: next })).toMatchObject({ status: 200 });
    expect(await again.ask('GET /v1/graphs', { token: adminToken })).toMatchObject({ status: 401 });
  });

  it('speaks TLS, and uses a certificate that has changed', { timeout: 60_000 }, async () => {
    const authority = createAuthority('Registries');
    const issue = () => authority.issue({ names: ['DNS:localhost', 'IP:127.0.0.1'], usage: 'serverAuth' });
    const [first, next] = [issue(), issue()];
    const ca = await folder.write('ca.pem', authority.cert);
    const [cert, key] = [await folder.write('tls.pem', first.cert), await folder.write('tls.key', first.key)];
    await using registry = await startRegistry(`${folder.path}/tls`, ['--tls-cert', cert, '--tls-key', key]);
    expect(registry.url).toMatch(/^https:/);
    const place = ['--registry', registry.url];
    const trusting = { env: { NODE_EXTRA_CA_CERTS: ca, OVERLOCK_TOKEN: adminToken } };
    const [listed, strange] = await Promise.all([
      runOverlock(['variants', 'set', 'shop@production', ...place], trusting),
      runOverlock(['registry', 'key', ...place]),
    ]);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(strange).toMatchObject({ code: 1, stderr: expect.stringMatching(/certificate/) });
    const serialOf = async () => {
      const socket = connect({ port: Number(new URL(registry.url).port), host: '127.0.0.1', ca: authority.cert });
      await once(socket, 'secureConnect');
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return Buffer.from(serialNumber, 'hex');
    };
    expect(await serialOf()).toEqual(first.serial);
    await folder.write('tls.key', next.key);
    await folder.write('tls.pem', next.cert);
    await vi.waitFor(async () => expect(await serialOf()).toEqual(next.serial), { timeout: 10_000, interval: 50 });
  });

  it('says what is wrong before it listens', { timeout: 60_000 }, async () => {
    const file = await folder.write('no-key.pem', 'nothing');
    const data = `${folder.path}/wrong`;
    await using taken = await startRegistry(`${folder.path}/taken`);
    const wrong = await Promise.all([
      runOverlock(['registry', 'serve', '--data', data, '--signing-key', file]),
      runOverlock(['registry', 'serve', '--data', `${file}/inside`]),
      runOverlock(['registry', 'serve', '--data', `${data}2`, '--tls-cert', file, '--tls-key', file]),
      runOverlock(['registry', 'serve', '--data', `${data}3`, '--tls-cert', file]),
      runOverlock(['registry', 'serve', '--data', `${data}4`, '--port', new URL(taken.url).port]),
    ]);
    expect(wrong).toMatchObject([
      { code: 1, stderr: expect.stringMatching(/^error: The signing key must be an Ed25519 private key[^\n]*\n$/) },
      { code: 1, stderr: expect.stringMatching(/^error: [^\n]*inside[^\n]*\n$/) },
      {
        code: 1,
        stderr: expect.stringMatching(/^error: --tls-cert names the file [^\n]*is not a certificate in PEM\.\n$/),
      },
      { code: 2, stderr: expect.stringContaining('--tls-cert and --tls-key go together') },
      { code: 1, stderr: expect.stringMatching(/^error: Port \d+ of 127\.0\.0\.1 is taken\.[^\n]*\n$/) },
    ]);
    const weak = { env: { OVERLOCK_ADMIN_TOKEN: 'secret' } };
    expect(await runOverlock(['registry', 'serve', '--data', data], weak)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: OVERLOCK_ADMIN_TOKEN must be[^\n]*\n$/),
    });
  });

  it('lets gateways go that wait when it is told to end, and finishes what teams have begun', {
    timeout: 60_000,
  }, async () => {
    await using registry = await startRegistry(`${folder.path}/drain`);
    await registry.ask(`PUT ${at}/subgraphs/users`, { body: users });
    const headers = { authorization: `Bearer ${adminToken}` };
    const events = await fetch(`${registry.url}${at}/events`, { headers });
    const { headers: known } = await registry.ask(`GET ${at}/artifact`);
    const held = fetch(`${registry.url}${at}/artifact?wait=60`, {
      headers: { ...headers, 'if-none-match': known.get('etag') ?? '' },
    });
    const publishing = registry.ask(`PUT ${at}/subgraphs/reviews`, { body: reviews });
    await registry.ask('GET /health/ready');
    const ended = registry.end();
    expect((await publishing).body).toMatchObject({ version: 2 });
    expect([200, 304]).toContain((await held).status);
    expect(await events.text()).toContain('data: {"version":1}');
    expect(await ended).toBe(0);
    expect(registry.log()).not.toMatch(/"level":"(warn|error)"/);
  });
});
