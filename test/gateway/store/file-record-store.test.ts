import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileRecordStore } from '../../../gateway/store/file-record-store.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
const opened: FileRecordStore[] = [];
beforeEach(async () => {
  folder = await createTemporaryFolder();
});
afterEach(async () => {
  for (const store of opened.splice(0)) store.close();
  await folder.remove();
});

const fileOf = () => path.join(folder.path, 'records.json');
const read = () => readFile(fileOf(), 'utf8');

function create() {
  const { log, lines } = createRecordingLogger();
  const store = new FileRecordStore({ file: fileOf(), now: Date.now, log });
  opened.push(store);
  const put = (id: string) => store.put({ kind: 'block', id, value: id, expiresAtMs: undefined });
  return { store, put, lines, ids: () => store.all('block').map(({ id }) => id) };
}

describe('FileRecordStore', () => {
  it('writes a file that people can read, for its owner alone, and keeps the mode that it is given', async () => {
    const { store, put } = create();
    await store.open();
    expect(await readdir(folder.path)).toEqual([]);
    await store.put({
      kind: 'revocation',
      id: 'r',
      value: { key: 'k' },
      expiresAtMs: Date.parse('2999-01-01T00:00:00Z'),
    });
    await put('a');
    expect(await read()).toBe(`{"blocks":[
{"id":"a","value":"a"}],
"revocations":[
{"id":"r","value":{"key":"k"},"expiresAt":"2999-01-01T00:00:00.000Z"}],
"api-keys":[]}
`);
    expect((await stat(fileOf())).mode & 0o777).toBe(0o600);
    await chmod(fileOf(), 0o640);
    await put('b');
    expect((await stat(fileOf())).mode & 0o777).toBe(0o640);
    expect(await readdir(folder.path)).toEqual(['records.json']);
  });

  it.each([
    ['what is not JSON', '{"blocks":[', 'It is not JSON.'],
    ['a file of something else', '{"keys":[]}', 'It is no file of records.'],
    ['a record that is none', '{"blocks":[{"id":"a b"}]}', 'It is no file of records: blocks[0] is none.'],
  ])('neither reads nor writes over %s', async (_name, text, message) => {
    await folder.write('records.json', text);
    const { store, put } = create();
    const told = vi.fn();
    store.follow('block', told);
    await expect(store.open()).rejects.toThrow(`${fileOf()}: ${message}`);
    await expect(put('a')).rejects.toThrow(message);
    expect([await read(), await readdir(folder.path), told.mock.calls]).toEqual([text, ['records.json'], []]);
    await folder.write('records.json', '{"blocks":[{"id":"a","value":1}]}');
    await vi.waitFor(() => expect(told.mock.lastCall?.[0]).toHaveLength(1), { timeout: 2_000 });
  });

  it('goes on with what it knew when the file is damaged or gone, and writes it again with the next change', async () => {
    await folder.write('records.json', '{"blocks":[{"id":"a","value":1}]}');
    const { store, put, lines, ids } = create();
    await store.open();
    const reason = () => String(lines.findLast(({ level }) => level === 'error')?.fields['error']);
    await folder.write('records.json', 'x');
    await vi.waitFor(() => expect(reason()).toContain('It is not JSON.'), { timeout: 2_000 });
    await rm(fileOf());
    await vi.waitFor(() => expect(reason()).toContain('It is gone.'), { timeout: 2_000 });
    expect(ids()).toEqual(['a']);
    await put('b');
    expect(JSON.parse(await read()).blocks).toHaveLength(2);
  });

  it('takes a lock away that a process left behind, and waits for one that is held', async () => {
    const { store, put, ids } = create();
    await store.open();
    const lock = await folder.write('records.json.lock', '');
    const before = new Date(Date.now() - 60_000);
    await utimes(lock, before, before);
    await put('a');
    await folder.write('records.json.lock', '');
    const waiting = put('b');
    await expect(Promise.race([waiting.then(() => 'written'), stat(lock).then(() => 'waits')])).resolves.toBe('waits');
    await rm(lock);
    await waiting;
    expect(ids()).toEqual(['a', 'b']);
    expect(await readdir(folder.path)).toEqual(['records.json']);
  });

  it('keeps every change that was confirmed by a process that is killed, and is changed by others afterwards', async () => {
    const confirmed: string[] = [];
    const loader = fileURLToPath(import.meta.resolve('tsx'));
    const writer = fileURLToPath(new URL('./endless-writer.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', loader, writer, fileOf()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const id of createInterface({ input: child.stdout })) {
      confirmed.push(id);
      if (confirmed.length === 20) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const { store, put, ids } = create();
    await store.open();
    expect(ids()).toEqual(expect.arrayContaining(confirmed));
    await put('after');
    expect(ids()).toEqual(expect.arrayContaining([...confirmed, 'after']));
  }, 20_000);
});
