import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { describe, vi } from 'vitest';
import { freePort } from './free-port.ts';
import { onceARun } from './once-a-run.ts';
import type { SharedPostgres } from './shared-postgres.ts';

const given = process.env['DATABASE_URL'];
const programs = findPrograms();

/** Like `describe`, for what needs a real PostgreSQL: says so loudly when there is none, and fails where nothing may be skipped. */
export const describeWithPostgres: typeof describe.skip = (() => {
  if (given !== undefined || programs !== undefined) return describe;
  if (process.env['OVERLOCK_REQUIRE_ALL'] !== undefined) {
    throw new Error('There is no PostgreSQL. Install it, or name one in DATABASE_URL.');
  }
  console.warn('SKIPPED: tests with a real PostgreSQL. Install postgresql, or name one in DATABASE_URL.');
  return describe.skip;
})();

export interface TestPostgres extends AsyncDisposable {
  /** Where its databases are, of a user who may do everything. */
  readonly url: string;
  /** Makes an empty database and gives its URL. It goes with the server, or at the end. */
  readonly createDatabase: () => Promise<string>;
}

/** Databases on the PostgreSQL of this test run, which the first that needs it starts; or on the one of DATABASE_URL. */
export async function startPostgres(): Promise<TestPostgres> {
  const url = given ?? (await onceARun('postgres', startServer)).url;
  const client = new pg.Client(url);
  await client.connect();
  const names: string[] = [];
  return {
    url,
    async createDatabase() {
      const name = `overlock_test_${process.pid}_${Date.now()}_${names.length}`;
      await client.query(`create database ${name}`);
      names.push(name);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    async [Symbol.asyncDispose]() {
      if (given !== undefined) for (const name of names) await client.query(`drop database ${name} with (force)`);
      await client.end();
    },
  };
}

const startMostMs = 30_000;
const password = 'correct horse';

async function startServer(): Promise<SharedPostgres> {
  if (programs === undefined) throw new Error('There is no PostgreSQL.');
  const folder = await mkdtemp(path.join(tmpdir(), 'overlock-postgres-'));
  const user = unprivilegedUser();
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o644 });
  const flags = ['-U', 'overlock', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const made = spawnSync(
    path.join(programs, 'initdb'),
    ['-D', data, ...flags, '--no-sync', '-E', 'UTF8', '--locale=C'],
    { ...user, cwd: folder },
  );
  if (made.status !== 0) throw new Error(`initdb failed:\n${made.stderr}`);
  const port = await freePort();
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, `port=${port}`];
  const logFile = path.join(folder, 'log');
  const log = await open(logFile, 'w');
  // It outlives the test file that starts it, so nothing of it may hang on that process.
  const server = spawn(
    path.join(programs, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    { ...user, cwd: folder, detached: true, stdio: ['ignore', 'ignore', log.fd] },
  );
  server.unref();
  await log.close();
  const printed = () => readFileSync(logFile, 'utf8');
  const isReady = () => printed().includes('ready to accept connections');
  await vi.waitUntil(() => isReady() || server.exitCode !== null, { timeout: startMostMs, interval: 50 });
  if (!isReady()) throw new Error(`postgres did not start:\n${printed()}`);
  const url = `postgres://overlock:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  return { url, pid: server.pid ?? 0, folder };
}

/** The folder of `initdb` and `postgres`: Debian does not put them on the path. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => path.join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
  ];
  return folders.find((folder) => ['initdb', 'postgres'].every((program) => existsSync(path.join(folder, program))));
}

/** PostgreSQL does not run as root. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => {
    const found = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
    return found.status === 0 ? Number(found.stdout) : 65_534;
  };
  return { uid: idOf('-u'), gid: idOf('-g') };
}
