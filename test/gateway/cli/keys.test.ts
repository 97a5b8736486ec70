import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { openAdminPort } from '../../support/admin-port.ts';
import { createFakeTerminal } from './fake-terminal.ts';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'overlock-cli-keys-'));
});
afterEach(() => rm(cwd, { recursive: true }));

async function run(line: string) {
  const { terminal, written } = createFakeTerminal({ cwd });
  const exitCode = await runCommandLine(['keys', ...line.split(' ')], terminal);
  return { exitCode, ...written };
}

async function create(line = '--client shop') {
  const { stdout } = await run(`create ${line}`);
  return { key: stdout.trim(), id: stdout.split('_')[1] ?? '' };
}

describe('overlock keys', () => {
  it('prints a new key once and stores its digest for the owner of the file alone', async () => {
    const { exitCode, stdout, stderr } = await run(
      'create --client shop --scope a b --scope a --tier gold --expires 90d',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ovk_[a-z\d]{12}_[\w-]{43}\n$/);
    expect(stderr).toMatch(/^Key [a-z\d]{12} of shop\. Keep it now: it cannot be printed again\.\n$/);
    const text = await readFile(join(cwd, 'keys.json'), 'utf8');
    expect(text).not.toContain(stdout.trim().slice(17));
    expect(JSON.parse(text).keys).toEqual([
      {
        id: stdout.split('_')[1],
        client: 'shop',
        sha256: expect.stringMatching(/^[\da-f]{64}$/),
        scopes: ['a', 'b'],
        tier: 'gold',
        createdAt: expect.any(String),
        expiresAt: expect.any(String),
      },
    ]);
    expect((await stat(join(cwd, 'keys.json'))).mode & 0o777).toBe(0o600);
  });

  it('lists keys for people and for programs, without their digests', async () => {
    const first = await create('--client shop --tier gold --scope a b');
    const second = await create('--client warehouse --expires 1d');
    await run(`rotate ${second.id} --grace 1h`);
    const { stdout } = await run('list');
    const [head, ...rows] = stdout.trim().split('\n');
    expect(head).toBe('ID            CLIENT     TIER  EXPIRES     SCOPES');
    expect(rows[0]).toBe(`${first.id}  shop       gold  never       a b`);
    expect(rows[1]).toMatch(new RegExp(`^${second.id}  warehouse  -     \\d{4}-\\d\\d-\\d\\d  -$`));
    const json = await run('list --json');
    expect(json.stdout).not.toMatch(/sha256|ovk_/);
    expect(JSON.parse(json.stdout).keys).toMatchObject([
      { id: first.id },
      { id: second.id, formerExpiresAt: expect.any(String) },
    ]);
    expect((await run('list --file none.json')).stdout).toBe('ID  CLIENT  TIER  EXPIRES  SCOPES\n');
  });

  it('revokes and rotates by id, and keeps the mode of the file', async () => {
    const [first, second] = [await create(), await create()];
    await chmod(join(cwd, 'keys.json'), 0o640);
    const rotated = await run(`rotate ${first.id}`);
    expect(rotated.stdout).toMatch(new RegExp(`^ovk_${first.id}_`));
    expect(rotated.stdout.trim()).not.toBe(first.key);
    expect(await run(`revoke ${second.id}`)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: `Key ${second.id} is revoked.\n`,
    });
    const { keys } = JSON.parse(await readFile(join(cwd, 'keys.json'), 'utf8'));
    expect(keys).toMatchObject([{ id: first.id, former: { expiresAt: expect.any(String) } }]);
    expect((await stat(join(cwd, 'keys.json'))).mode & 0o777).toBe(0o640);
    expect(await readdir(cwd)).toEqual(['keys.json']);
  });

  it('loses no key when commands run at once: all but one are refused', async () => {
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => run('create --client shop')));
    const created = outcomes.filter(({ exitCode }) => exitCode === 0).map(({ stdout }) => stdout.split('_')[1]);
    const { keys } = JSON.parse(await readFile(join(cwd, 'keys.json'), 'utf8'));
    expect(keys.map(({ id }: { id: string }) => id).sort()).toEqual(created.sort());
    const refused = outcomes.filter(({ exitCode }) => exitCode !== 0);
    expect(refused.length).toBeGreaterThan(0);
    for (const { stdout, stderr } of refused)
      expect([stdout, stderr]).toEqual(['', expect.stringContaining('Another command is changing the keys.')]);
  });

  it.each([
    [
      'an id that no key has',
      'revoke 000000000000',
      '{"keys":[]}',
      'There is no key of this id. Run `overlock keys list` to see all.',
    ],
    ['a file that is not JSON', 'create --client a', 'keys:', 'It is not JSON.'],
    ['a file of something else', 'list', '{"keys":[{"id":"x"}]}', 'It is no file of API keys: keys.0.id '],
  ])('ends with 1 and leaves the file as it was for %s', async (_case, line, text, message) => {
    await writeFile(join(cwd, 'keys.json'), text);
    const { exitCode, stdout, stderr } = await run(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`error: keys.json: ${message}`);
    expect(await readFile(join(cwd, 'keys.json'), 'utf8')).toBe(text);
    expect(await readdir(cwd)).toEqual(['keys.json']);
  });

  it.each([
    'create',
    'create --client a --expires soon',
    'create --client ',
    'create --client a --scope  ',
    'rotate a --grace -1h',
    'revoke',
  ])('ends with 2 when it is not understood: %s', async (line) => {
    expect(await run(line)).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('overlock keys --admin', () => {
  it('creates, lists, rotates and revokes keys in the store of a gateway, and touches no file', async () => {
    await using port = await openAdminPort();
    const at = `--admin ${port.url}`;
    const { id } = await create(`--client shop --scope a --tier gold --expires 90d ${at}`);
    const other = await create(`--client warehouse ${at}`);
    const rotated = await run(`rotate ${id} --grace 1h ${at}`);
    expect(rotated.stdout).toMatch(new RegExp(`^ovk_${id}_`));
    const digest = createHash('sha256').update(rotated.stdout.trim()).digest('hex');
    const [key] = port.store.all('apiKey').filter((record) => record.id === id);
    expect(key).toMatchObject({
      value: { client: 'shop', scopes: ['a'], tier: 'gold', sha256: digest, former: { sha256: expect.any(String) } },
      expiresAtMs: expect.any(Number),
    });
    await run(`revoke ${other.id} ${at}`);
    const { keys } = JSON.parse((await run(`list --json ${at}`)).stdout);
    expect(keys).toMatchObject([{ id, client: 'shop', formerExpiresAt: expect.any(String) }]);
    expect((await run(`list ${at}`)).stdout).toContain(`${id}  shop    gold`);
    for (const line of ['revoke', 'rotate']) {
      const { exitCode, stderr } = await run(`${line} ${other.id} ${at}`);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('There is no key of this id.')]);
    }
    expect(await readdir(cwd)).toEqual([]);
  });

  it('ends with 2 when a file is named as well', async () => {
    expect(await run('list --file keys.json --admin http://127.0.0.1:9464')).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
