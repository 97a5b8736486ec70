import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Libsql from 'libsql';
import { LRUCache } from 'lru-cache';
import { closedMessage, StoreError } from '../store-error.ts';
import type { Database, Dialect, Queries, Row, SqlValue, Transaction } from './database.ts';
import { toLibsqlStoreError } from './libsql-error.ts';
import { toStorable } from './storable.ts';

const statementsMost = 200;
/** A registry that is replaced by another one needs so long to go. */
const lockWaitMs = 2_000;
const lockRetryMs = 50;

const dialect: Dialect = {
  findTable: `select 1 as found from sqlite_master where type = 'table' and name = ?`,
  lockTables: undefined,
  ordered: 'without rowid',
};

/** The file that the registry is kept in, in its data directory. */
const databaseFileName = 'registry.db';

/**
 * Opens the embedded database in a directory, which is made where there is none. It belongs to this process alone until it is closed.
 * @throws StoreError
 */
export async function openLibsqlDatabase(directory: string): Promise<Database> {
  const file = path.join(directory, databaseFileName);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StoreError(`The directory ${directory} cannot be made. Make it, and let the registry write in it.`, {
      cause: error,
    });
  }
  for (let waitedMs = 0; ; waitedMs += lockRetryMs) {
    try {
      return new LibsqlDatabase(connect(file), file);
    } catch (error) {
      if (!isBusy(error) || waitedMs >= lockWaitMs) throw toLibsqlStoreError(error, file);
      await pause(lockRetryMs);
    }
  }
}

function connect(file: string): Libsql.Database {
  makePrivate(file);
  const connection = new Libsql(file);
  try {
    // Exclusive before WAL: the index of the log is then kept in this process, and nobody else can come in between.
    for (const setting of [
      'locking_mode = exclusive',
      'journal_mode = wal',
      'synchronous = full',
      'foreign_keys = on',
      'cache_size = -65536',
    ]) {
      connection.pragma(setting);
    }
    connection.exec('begin immediate');
    connection.exec('commit');
    return connection;
  } catch (error) {
    release(connection);
    throw error;
  }
}

/** What SQLite makes can be read by everybody; it makes other files like this one. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch {
    // SQLite says better what is wrong.
  }
}

/**
 * Statements hold the database until the garbage collector finds them, so that it must be given up before. Out of WAL, since the lock
 * cannot be given up within it; so all is in one file then, which can be copied.
 */
function release(connection: Libsql.Database): void {
  for (const step of ['pragma journal_mode = delete', 'pragma locking_mode = normal', 'select 1 from sqlite_master']) {
    try {
      connection.prepare(step).all();
    } catch {
      // On a disk that is full or gone the log stays, and is taken in when the database is opened again.
    }
  }
  connection.close();
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

class LibsqlDatabase implements Database {
  readonly dialect = dialect;
  readonly #connection: Libsql.Database;
  readonly #file: string;
  readonly #statements = new LRUCache<string, Libsql.Statement>({ max: statementsMost });
  readonly #followers = new Set<(message: string) => void>();
  readonly #leases = new Map<string, AbortController>();
  /** When all that came before is done. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: Libsql.Database, file: string) {
    this.#connection = connection;
    this.#file = file;
  }

  query(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    return this.#inTurn(async () => this.#run(sql, values));
  }

  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#inTurn(async () => {
      const messages: string[] = [];
      const query: Queries['query'] = async (sql, values = []) => this.#run(sql, values);
      const announce = async (message: string) => void messages.push(message);
      this.#run('begin immediate', []);
      try {
        const result = await work({ query, announce });
        this.#run('commit', []);
        for (const message of messages) for (const tell of this.#followers) tell(message);
        return result;
      } catch (error) {
        // A full disk has ended the transaction already.
        if (this.#connection.inTransaction) this.#run('rollback', []);
        throw error;
      }
    });
  }

  follow(listener: (message: string | undefined) => void): () => void {
    const follower = (message: string) => listener(message);
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  async withLease(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    if (this.#leases.has(name)) return false;
    const lease = new AbortController();
    this.#leases.set(name, lease);
    try {
      await work(lease.signal);
      return true;
    } finally {
      this.#leases.delete(name);
    }
  }

  async close(): Promise<void> {
    for (const lease of this.#leases.values()) lease.abort();
    this.#followers.clear();
    await this.#inTurn(async () => {
      if (!this.#connection.open) return;
      this.#statements.clear();
      release(this.#connection);
    });
  }

  /** There is one connection: whatever is asked during a transaction would be part of it. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #run(sql: string, values: readonly SqlValue[]): readonly Row[] {
    if (!this.#connection.open) throw new StoreError(closedMessage);
    try {
      const statement = this.#statements.get(sql) ?? this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
      const storable = values.map(toStorable);
      if (statement.reader) return statement.all(storable).filter(isRow);
      statement.run(storable);
      return [];
    } catch (error) {
      // What stopped halfway would go on there.
      this.#statements.delete(sql);
      throw toLibsqlStoreError(error, this.#file);
    }
  }
}
