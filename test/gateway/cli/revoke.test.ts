import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { createKeyText } from '../../../gateway/identity/api-keys/key-text.ts';
import { type AdminPort, openAdminPort } from '../../support/admin-port.ts';
import { freePort } from '../../support/free-port.ts';
import { createFakeTerminal } from './fake-terminal.ts';

const token = 'sixteen-or-more-characters';
const keyId = '4f1c09a2b3d7';
const print = 'ab'.repeat(32);

let port: AdminPort;
beforeEach(async () => {
  port = await openAdminPort({ token });
});
afterEach(() => port[Symbol.asyncDispose]());

async function run(line: string, env: Record<string, string> = {}) {
  const { terminal, written } = createFakeTerminal({
    env: { OVERLOCK_ADMIN: port.url, OVERLOCK_ADMIN_TOKEN: token, ...env },
  });
  const exitCode = await runCommandLine(line.split(' '), terminal);
  return { exitCode, ...written };
}

const valuesOf = () => port.store.all('revocation').map(({ value }) => value);

describe('overlock revoke', () => {
  it.each([
    ['--token-id 1', { tokenId: '1' }, 'token 1'],
    ['--token-id 1 --issuer a', { tokenId: '1', issuer: 'a' }, 'token 1 of a'],
    ['--subject ada', { subject: 'ada', issuedBefore: expect.any(String) }, 'all that was issued to ada until now'],
    [`--key ${keyId}`, { key: keyId }, `API key ${keyId}`],
    [`--key ${createKeyText(keyId)}`, { key: keyId }, `API key ${keyId}`],
    [`--fingerprint ${print.toUpperCase().replace(/..(?=.)/g, '$&:')}`, { fingerprint: print }, `certificate ${print}`],
  ])('takes back and gives back: %s', async (flags, value, words) => {
    const revoked = await run(`revoke ${flags}`);
    expect(revoked).toEqual({ exitCode: 0, stdout: '', stderr: `Revoked until it is undone: ${words}.\n` });
    expect(valuesOf()).toEqual([value]);
    await run(`revoke ${flags} --for 30d`);
    const [record, ...more] = port.store.all('revocation');
    expect(more).toEqual([]);
    expect(record?.expiresAtMs).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    const undone = await run(`revoke --undo ${flags}`);
    expect(undone).toEqual({ exitCode: 0, stdout: '', stderr: `Not revoked any more: ${words}.\n` });
    expect(valuesOf()).toEqual([]);
    const again = await run(`revoke --undo ${flags}`);
    expect(again).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('overlock revocations') });
  });

  it('names the gateway by flags before the environment', async () => {
    const elsewhere = { OVERLOCK_ADMIN: 'http://127.0.0.1:1', OVERLOCK_ADMIN_TOKEN: 'x' };
    const line = `revoke --subject ada --admin ${port.url}/ --token ${token}`;
    expect((await run(line, elsewhere)).exitCode).toBe(0);
    expect(valuesOf()).toHaveLength(1);
  });

  it('ends with 1 and a sentence when the gateway refuses, is not there or is something else', async () => {
    const free = await freePort();
    const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const cases: readonly (readonly [string, Record<string, string>, string])[] = [
      ['revoke --subject a', { OVERLOCK_ADMIN_TOKEN: 'wrong' }, 'The token is missing or wrong.'],
      ['revoke --key nonsense', {}, 'A revocation names a tokenId or a subject'],
      [
        'revocations',
        { OVERLOCK_ADMIN: `http://127.0.0.1:${free}` },
        `There is no gateway to talk to at http://127.0.0.1:${free}.`,
      ],
      ['revocations', { OVERLOCK_ADMIN: otherUrl }, 'What answers there is no admin port'],
      ['revoke --subject a', { OVERLOCK_ADMIN: otherUrl }, 'What answers there is no admin port'],
      ['revocations', { OVERLOCK_ADMIN: 'localhost:9464' }, 'must begin with http:// or https://'],
    ];
    for (const [line, env, message] of cases) {
      const { exitCode, stdout, stderr } = await run(line, env);
      expect({ exitCode, stdout }, line).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(/^error: .*\n$/);
      expect(stderr).toContain(message);
    }
    other.close();
  });

  it.each(['', '--subject a --key b', '--key a --issuer b', '--issuer a', '--subject a --for soon', '--undo'])(
    'ends with 2 when it is not understood: "%s"',
    async (flags) => {
      expect(await run(`revoke ${flags}`.trim())).toMatchObject({ exitCode: 2, stdout: '' });
      expect(valuesOf()).toEqual([]);
    },
  );

  it('explains itself with examples', async () => {
    for (const line of ['revoke --help', 'revocations --help']) {
      const { exitCode, stdout } = await run(line);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/\nExamples:\n {2}overlock revoke /);
    }
  });
});

describe('overlock revocations', () => {
  it('lists what is revoked for people and for programs', async () => {
    expect((await run('revocations')).stdout).toBe('UNTIL  REVOKED\n');
    await run('revoke --token-id 1');
    await run('revoke --subject ada --issuer https://login.test --for 1h');
    await port.store.put({ kind: 'revocation', id: 'zzz', value: 'junk', expiresAtMs: undefined });
    const [head, ...rows] = (await run('revocations')).stdout.trimEnd().split('\n');
    expect(head).toMatch(/^UNTIL +REVOKED$/);
    expect(rows.sort()).toEqual([
      expect.stringMatching(/^2\S+Z {2}all that was issued to ada of https:\/\/login\.test before 2\S+Z$/),
      expect.stringMatching(/^undone +something that cannot be read$/),
      expect.stringMatching(/^undone +token 1$/),
    ]);
    const { revocations } = JSON.parse((await run('revocations --json')).stdout);
    expect(revocations).toContainEqual({ id: expect.any(String), revoked: { tokenId: '1' } });
    expect(revocations).toHaveLength(3);
  });
});
