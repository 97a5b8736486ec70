import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { closedMessage, StoreError } from '../store-error.ts';
import type { Row, StoreLog } from './database.ts';
import { toPostgresStoreError } from './postgres-error.ts';

/** What is announced on. */
export const channel = 'overlock_registry';
/** Tells the locks of registries from those of other programs in the same database. */
const lockClass = 0x0ec0;

/** How often is looked whether the connection still answers, and whether something was missed. */
const heartbeatMs = 5_000;
const retryFirstMs = 100;
const retryLongestMs = 5_000;

interface PostgresSessionOptions {
  readonly config: pg.ClientConfig;
  /** Where it is, without secrets. */
  readonly place: string;
  readonly log: StoreLog;
}

/**
 * A connection that lasts, for what PostgreSQL ties to a connection: listening, and locks that nobody else holds. It is opened when it
 * is needed first. When it is lost, the locks are, and it is opened again for those who listen.
 */
export class PostgresSession {
  readonly #options: PostgresSessionOptions;
  readonly #listeners = new Set<(message: string | undefined) => void>();
  readonly #leases = new Set<AbortController>();
  #isClosed = false;
  /** Whether somebody sees to it that there is a connection. */
  #isKept = false;
  /** Ends the pause between two looks. */
  #wake = new AbortController();
  #client: pg.Client | undefined;
  /** When all that was asked on the connection before is done. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PostgresSessionOptions) {
    this.#options = options;
  }

  /** Tells of what is announced, and of `undefined` when something may have been missed. Gives what ends it. */
  follow(listener: (message: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#isKept) void this.#keep();
    return () => this.#listeners.delete(listener);
  }

  /** Runs `work` while this session holds a lock; resolves with whether it got it. */
  async withLock(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const lease = new AbortController();
    const lock = [lockClass, name];
    const isHeld = await this.#query('select pg_try_advisory_lock($1, hashtext($2)) as held', lock);
    if (isHeld[0]?.['held'] !== true) return false;
    this.#leases.add(lease);
    try {
      await work(lease.signal);
      return true;
    } finally {
      this.#leases.delete(lease);
      // A lock goes with its connection.
      if (!lease.signal.aborted)
        await this.#query('select pg_advisory_unlock($1, hashtext($2))', lock).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    if (this.#client !== undefined) this.#lose(this.#client);
    this.#wake.abort();
    await this.#turn;
  }

  /** Looks after the connection as long as somebody listens. */
  async #keep(): Promise<void> {
    this.#isKept = true;
    let retryMs = retryFirstMs;
    while (this.#listeners.size > 0) {
      let waitMs = heartbeatMs;
      try {
        await this.#query('select 1');
        this.#tell(undefined);
        retryMs = retryFirstMs;
      } catch (error) {
        waitMs = retryMs;
        retryMs = Math.min(retryMs * 2, retryLongestMs);
        if (this.#isClosed) break;
        this.#options.log.warn(`${messageOf(error)} Changes by other instances are noticed late.`);
      }
      // Not before: an attempt that fails loses its connection, which must not end the pause after it.
      this.#wake = new AbortController();
      await pause(waitMs, undefined, { signal: this.#wake.signal, ref: false }).catch(() => undefined);
    }
    this.#isKept = false;
  }

  /** One after the other, on the connection of the moment. */
  #query(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const result = this.#turn.then(async () => {
      if (this.#isClosed) throw new StoreError(closedMessage);
      const client = this.#client ?? (await this.#connect());
      try {
        return (await client.query<Row>(sql, [...values])).rows;
      } catch (error) {
        // Whether or not the server still knows it: what it holds for this session is not to be relied on.
        this.#lose(client);
        throw toPostgresStoreError(error, this.#options.place);
      }
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#options.config);
    this.#client = client;
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    client.on('notification', ({ payload }) => this.#tell(payload));
    try {
      await client.connect();
      // So that the server, too, soon finds out that a connection has died, and gives its locks to others.
      await client.query('set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3');
      await client.query(`listen ${channel}`);
      return client;
    } catch (error) {
      this.#lose(client);
      throw toPostgresStoreError(error, this.#options.place);
    }
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    for (const lease of this.#leases) lease.abort();
    this.#leases.clear();
    this.#wake.abort();
    // What is broken may never end; nobody waits for it.
    void client.end().catch(() => undefined);
  }

  #tell(message: string | undefined): void {
    for (const listener of this.#listeners) listener(message);
  }
}

function messageOf(error: unknown): string {
  return error instanceof StoreError ? error.message : 'The connection to PostgreSQL is lost.';
}
