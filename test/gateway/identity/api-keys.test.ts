import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { createFakeTerminal } from '../cli/fake-terminal.ts';
import { startMs } from './issuer.ts';
import { startIdentify, wordFor } from './start-identify.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'overlock-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

const message = 'Credentials are missing or not accepted. Sign in and try again.';

/** Runs `overlock keys` and returns what it prints. */
async function keys(...line: readonly string[]): Promise<string> {
  const { terminal, written } = createFakeTerminal({ cwd: folder });
  expect(await runCommandLine(['keys', ...line], terminal), written.stderr).toBe(0);
  return written.stdout.trim();
}

const idOf = (key: string) => key.split('_')[1] ?? '';

/** Identifies by the keys of a copy of the file, which no other test changes. */
async function start(name: string) {
  const file = join(folder, name);
  await copyFile(join(folder, 'keys.json'), file);
  const identify = startIdentify({ apiKeys: { file } });
  const ask = (key: string) => identify.ask({ 'x-api-key': key });
  return Object.assign(identify, { file, askKey: ask });
}

describe('an API key', () => {
  it('says which client asks, with its scopes and tier', async () => {
    const key = await keys('create', '--client', 'shop-web', '--scope', 'read', 'write', '--tier', 'free');
    await using identify = await start('one.json');
    expect(await identify.askKey(key)).toMatchObject({
      kind: 'apiKey',
      key: `apiKey:${idOf(key)}`,
      subject: 'shop-web',
      scopes: new Set(['read', 'write']),
      tier: 'free',
      claims: { client_id: 'shop-web', key_id: idOf(key) },
      expiresAtMs: undefined,
    });
    expect(wordFor(await identify.ask())).toBe('anonymous');
    expect(await readFile(identify.file, 'utf8')).not.toContain(key.slice(-43));
  });

  it('is refused unless it is one, in one message, and is never logged', async () => {
    const key = await keys('create', '--client', 'shop-app');
    const other = await keys('create', '--client', 'shop-web');
    await using identify = await start('two.json');
    const bad = [
      '',
      ' ',
      `${key}, ${key}`,
      `${key}, ${other}`,
      key.slice(0, -1),
      `${key}x`,
      key.slice(0, 16),
      key.toUpperCase(),
      `${key.slice(0, 17)}${other.slice(17)}`,
      `${other.slice(0, 17)}${key.slice(17)}`,
      `ovk_000000000000_${key.slice(17)}`,
      'ovk___proto_____'.padEnd(60, 'a'),
      'ключ'.repeat(10),
      'a'.repeat(10_000),
    ];
    for (const text of bad) {
      expect(await identify.askKey(text), text).toMatchObject({
        code: 'UNAUTHENTICATED',
        message,
        headers: { 'www-authenticate': 'ApiKey realm="graphql"' },
      });
    }
    expect(wordFor(await identify.askKey(key))).toBe('shop-app');
    const logged = JSON.stringify(identify.lines);
    for (const text of [key, other]) expect(logged).not.toContain(text.slice(-43));
  });

  it('takes as long to refuse whichever of its bytes is wrong', async () => {
    const key = await keys('create', '--client', 'shop-app');
    await using identify = await start('three.json');
    const secret = key.slice(17);
    const swap = (text: string) => (text === 'A' ? 'B' : 'A');
    const wrongFirst = `${key.slice(0, 17)}${swap(secret.slice(0, 1))}${secret.slice(1)}`;
    const wrongLast = `${key.slice(0, -1)}${swap(secret.slice(-1))}`;
    const medianOf = async (text: string) => {
      const times: number[] = [];
      for (let times_ = 0; times_ < 200; times_++) {
        const startedAt = performance.now();
        expect(wordFor(await identify.askKey(text))).toBe('UNAUTHENTICATED');
        times.push(performance.now() - startedAt);
      }
      return times.sort((a, b) => a - b)[100] ?? 0;
    };
    expect(Math.abs((await medianOf(wrongFirst)) - (await medianOf(wrongLast)))).toBeLessThan(2);
  });

  it('counts until it ends, and the former secret of a rotated one until the grace is over', async () => {
    vi.useFakeTimers({ now: startMs, toFake: ['Date'] });
    const key = await keys('create', '--client', 'shop-app', '--expires', '2h');
    const next = await keys('rotate', idOf(key), '--grace', '1h');
    vi.useRealTimers();
    await using identify = await start('four.json');
    expect(await identify.askKey(key)).toMatchObject({ subject: 'shop-app', expiresAtMs: startMs + 3_600_000 });
    expect(await identify.askKey(next)).toMatchObject({ subject: 'shop-app', expiresAtMs: startMs + 7_200_000 });
    identify.pass(3_600_000);
    expect([wordFor(await identify.askKey(key)), wordFor(await identify.askKey(next))]).toEqual([
      'UNAUTHENTICATED',
      'shop-app',
    ]);
    identify.pass(3_600_000);
    expect(wordFor(await identify.askKey(next))).toBe('UNAUTHENTICATED');
  });

  it('counts no more once it is revoked, and stays while the file cannot be read', async () => {
    const key = await keys('create', '--client', 'shop-app');
    const kept = await keys('create', '--client', 'shop-web');
    await using identify = await start('five.json');
    expect(wordFor(await identify.askKey(key))).toBe('shop-app');
    await keys('revoke', idOf(key), '--file', 'five.json');
    await vi.waitFor(async () => expect(wordFor(await identify.askKey(key))).toBe('UNAUTHENTICATED'), 5_000);
    const failed = () => identify.lines.filter(({ level }) => level === 'error').length;

    await rename(identify.file, join(folder, 'away.json'));
    await vi.waitFor(() => expect(failed()).toBe(1), 5_000);
    await writeFile(identify.file, '{"keys":[{}]}');
    await vi.waitFor(() => expect(failed()).toBe(2), 5_000);
    expect([wordFor(await identify.askKey(kept)), wordFor(await identify.askKey(key))]).toEqual([
      'shop-web',
      'UNAUTHENTICATED',
    ]);
  });

  it('cannot be verified as long as there is no file, and counts once there is one', async () => {
    const key = await keys('create', '--client', 'shop-app');
    const file = join(folder, 'six.json');
    await using identify = startIdentify({ apiKeys: { file } });
    expect(await identify.ask({ 'x-api-key': key })).toMatchObject({ code: 'OVERLOADED' });
    expect(wordFor(await identify.ask())).toBe('anonymous');
    await copyFile(join(folder, 'keys.json'), file);
    await vi.waitFor(async () => expect(wordFor(await identify.ask({ 'x-api-key': key }))).toBe('shop-app'), 5_000);
  });
});
