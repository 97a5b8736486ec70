import pg from 'pg';
import { closedMessage, StoreError } from '../store-error.ts';
import type { Database, Dialect, Queries, Row, SqlValue, StoreLog, Transaction } from './database.ts';
import { isAnswer, isConflict, toPostgresStoreError } from './postgres-error.ts';
import { channel, PostgresSession } from './postgres-session.ts';
import { toStorable } from './storable.ts';

const connectionsMost = 10;
const connectMostMs = 5_000;
const statementMostMs = 30_000;
/** The server has ended a statement by then, if it is there. */
const answerMostMs = 35_000;
const idleMostMs = 30_000;
const attemptsMost = 5;

const dialect: Dialect = {
  findTable: 'select 1 as found from pg_tables where schemaname = any(current_schemas(false)) and tablename = ?',
  lockTables: `select pg_advisory_xact_lock(hashtext('overlock_registry'))`,
  ordered: '',
};

/**
 * Connects to a database of PostgreSQL, which other instances may use as well.
 * @throws StoreError
 */
export async function openPostgresDatabase(url: string, log: StoreLog): Promise<Database> {
  const database = new PostgresDatabase(url, log);
  try {
    await database.query('select 1');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

class PostgresDatabase implements Database {
  readonly dialect = dialect;
  readonly #place: string;
  readonly #pool: pg.Pool;
  readonly #session: PostgresSession;
  /** A lock of PostgreSQL may be taken twice by the one who holds it. */
  readonly #leases = new Set<string>();
  #isClosed = false;

  constructor(url: string, log: StoreLog) {
    this.#place = placeOf(url);
    const config: pg.ClientConfig = {
      connectionString: url,
      application_name: 'overlock registry',
      connectionTimeoutMillis: connectMostMs,
      statement_timeout: statementMostMs,
      query_timeout: answerMostMs,
      idle_in_transaction_session_timeout: statementMostMs,
      keepAlive: true,
      types: { getTypeParser: parserOf },
    };
    this.#pool = new pg.Pool({ ...config, max: connectionsMost, idleTimeoutMillis: idleMostMs });
    // A connection that nobody uses has broken: the pool has thrown it away, and the next who needs one is told if there is none.
    this.#pool.on('error', () => undefined);
    this.#session = new PostgresSession({ config, place: this.#place, log });
  }

  async query(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    this.#assertOpen();
    try {
      return await run(this.#pool, sql, values);
    } catch (error) {
      throw toPostgresStoreError(error, this.#place);
    }
  }

  async transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#try(work);
      } catch (error) {
        const cause = error instanceof StoreError ? error.cause : error;
        if (!isConflict(cause) || attempt === attemptsMost) throw error;
      }
    }
  }

  follow(listener: (message: string | undefined) => void): () => void {
    return this.#session.follow(listener);
  }

  async withLease(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    if (this.#leases.has(name)) return false;
    this.#leases.add(name);
    try {
      return await this.#session.withLock(name, work);
    } finally {
      this.#leases.delete(name);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#session.close();
    await this.#pool.end();
  }

  async #try<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const client = await this.#take();
    let isBroken = false;
    const query: Queries['query'] = async (sql, values = []) => {
      try {
        return await run(client, sql, values);
      } catch (error) {
        isBroken ||= !isAnswer(error);
        throw toPostgresStoreError(error, this.#place);
      }
    };
    // Between two statements a broken connection tells only this way.
    const onError = () => {
      isBroken = true;
    };
    client.on('error', onError);
    try {
      await query('begin isolation level read committed');
      const announce = async (message: string) => void (await query('select pg_notify(?, ?)', [channel, message]));
      const result = await work({ query, announce });
      await query('commit').catch((error: unknown) => {
        throw isBroken ? this.#unknownOutcome(error) : error;
      });
      return result;
    } catch (error) {
      if (!isBroken) await query('rollback').catch(onError);
      throw error;
    } finally {
      client.off('error', onError);
      client.release(isBroken);
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StoreError(closedMessage);
  }

  async #take(): Promise<pg.PoolClient> {
    this.#assertOpen();
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw toPostgresStoreError(error, this.#place);
    }
  }

  #unknownOutcome(cause: unknown): StoreError {
    const sentence = 'was lost while a change was being kept, which may have succeeded. Look before trying again.';
    return new StoreError(`PostgreSQL at ${this.#place} ${sentence}`, { cause });
  }
}

async function run(client: pg.Pool | pg.ClientBase, sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
  let count = 0;
  const numbered = sql.replace(/\?/g, () => `$${++count}`);
  return (await client.query<Row>(numbered, values.map(toStorable))).rows;
}

/** Counts are far from where numbers get coarse. */
function parserOf(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC) return Number;
  return pg.types.getTypeParser(oid, format);
}

/** Host, port and database, without user and password. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) {
    throw new StoreError(
      'The connection string of PostgreSQL cannot be read. Write postgres://user:password@host:port/database, with what is special in user and password percent-encoded.',
    );
  }
  const { host, pathname } = new URL(url);
  return `${host === '' ? 'the local socket' : host}${pathname}`;
}
