import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistryStore } from '../../../../schema/registry/store/create-registry-store.ts';
import { openLibsqlDatabase } from '../../../../schema/registry/store/database/libsql-database.ts';
import { migrate } from '../../../../schema/registry/store/database/migrate.ts';
import { openRegistryStore } from '../../../../schema/registry/store/open-registry-store.ts';
import { StoreError } from '../../../../schema/registry/store/store-error.ts';
import { announcing, production, sampleVersion } from '../../../support/registry-samples.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await createTemporaryFolder();
});
afterEach(() => folder.remove());

const open = (location = folder.path) => openRegistryStore({ location, now: Date.now });
const log = { warn: () => undefined, error: () => undefined };

/** Publishes and opens again, to see that all is well. */
async function expectWorking(version: number): Promise<void> {
  const store = await open();
  expect(await store.commit(sampleVersion(version), announcing('published'))).toEqual({ kind: 'committed' });
  expect(await store.readVersion(production)).toEqual(sampleVersion(version));
  await store.close();
}

/** The same, refused. */
async function expectRefusal(refused: Promise<unknown>, sentence: RegExp): Promise<void> {
  const error = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toHaveProperty('message', expect.stringMatching(sentence));
}

/** Holds the database in another process until it is killed. */
async function holdElsewhere(file: string): Promise<{ readonly release: () => Promise<void> }> {
  const script = `
    const connection = new (require('libsql'))(process.argv[1]);
    connection.pragma('locking_mode = exclusive');
    connection.exec('begin exclusive');
    console.log('held');
    setInterval(() => undefined, 1000);
  `;
  const root = path.resolve(import.meta.dirname, '../../../..');
  const holder = spawn(process.execPath, ['-e', script, file], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface({ input: holder.stdout }), 'line');
  return {
    async release() {
      const exited = once(holder, 'exit');
      holder.kill('SIGKILL');
      await exited;
    },
  };
}

describe('the embedded database', () => {
  it('makes its directory and a file that nobody else can read, which is all there is after closing', async () => {
    const store = await open(path.join(folder.path, 'a/b'));
    await store.close();
    await store.close();
    await expectRefusal(store.listVariants(), /closed/);
    expect(await readdir(path.join(folder.path, 'a/b'))).toEqual(['registry.db']);
    expect((await stat(path.join(folder.path, 'a/b'))).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(folder.path, 'a/b/registry.db'))).mode & 0o777).toBe(0o600);
  });

  it('says that another process has it, and opens once that one is gone', async () => {
    await expectWorking(1);
    const holder = await holdElsewhere(path.join(folder.path, 'registry.db'));
    await expectRefusal(open(), /registry\.db is in use by another process\. Stop that one/);
    const waiting = open();
    await holder.release();
    await (await waiting).close();
    await expectWorking(2);
  });

  it('keeps nothing of a change when the disk is full, and goes on when there is room', async () => {
    const database = await openLibsqlDatabase(folder.path);
    await migrate(database, Date.now());
    const store = createRegistryStore({ database, now: Date.now, log });
    await store.commit(sampleVersion(1), announcing('published'));
    const [{ page_count: pages } = { page_count: 0 }] = await database.query('pragma page_count');
    await database.query(`pragma max_page_count = ${pages}`);
    // Text that does not get smaller, so that it needs pages of its own.
    const sdl = Array.from({ length: 4_000 }, (_, index) => `# ${Math.sin(index)}\n`).join('');
    await expectRefusal(
      store.commit(sampleVersion(2, { sdl }), announcing('published')),
      /the disk is full\. .* Make room/,
    );
    expect(await store.readVersion(production)).toEqual(sampleVersion(1));
    expect((await store.listAudit({ limit: 9 })).items).toHaveLength(1);
    await database.query('pragma max_page_count = 100000');
    expect(await store.commit(sampleVersion(2, { sdl }), announcing('published'))).toEqual({ kind: 'committed' });
    expect(await store.readVersion(production)).toEqual(sampleVersion(2, { sdl }));
    await store.close();
  });

  it('says that a file is damaged or something else, and leaves it as it is', async () => {
    await folder.write('registry.db', 'No database at all. '.repeat(500));
    await expectRefusal(open(), /registry\.db is damaged, or no database\. Put a backup in its place/);
    expect(await readdir(folder.path)).toEqual(['registry.db']);
  });

  it('refuses a database of a newer version without a change', async () => {
    await expectWorking(1);
    const change = async (sql: string) => {
      const database = await openLibsqlDatabase(folder.path);
      await database.query(sql);
      await database.close();
    };
    await change('insert into overlock_migrations (version, at) values (1000, 0)');
    await expectRefusal(open(), /is of a newer version of Overlock .* Start that version or a later one/);
    await change('delete from overlock_migrations where version = 1000');
    await expectWorking(2);
  });

  it('says that the directory is a file, or cannot be made', async () => {
    const file = await folder.write('file', '');
    await expectRefusal(open(file), /The directory .*file cannot be made/);
    await expectRefusal(open(path.join(file, 'below')), /The directory .*below cannot be made/);
  });

  it('says that it may not write', async () => {
    const directory = path.join(folder.path, 'data');
    await mkdir(directory);
    await (await open(directory)).close();
    await chmod(folder.path, 0o755);
    await asNobody(async () => {
      await expectRefusal(
        open(directory),
        /(may not be written|cannot be opened).* (write in its directory|allowed to write)/,
      );
    });
    await chmod(path.join(directory, 'registry.db'), 0o444);
    await chmod(directory, 0o555);
    await asNobody(async () => {
      await expectRefusal(
        open(directory),
        /(may not be written|cannot be opened).* (write in its directory|allowed to write)/,
      );
      await expectRefusal(open(path.join(directory, 'below')), /The directory .*below cannot be made/);
    });
    await chmod(directory, 0o700);
    await chmod(path.join(directory, 'registry.db'), 0o600);
    await (await open(directory)).close();
  });
});

/** Root may write everything, so that it has to be somebody else. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
