/** What is written: text, a finite number, bytes, or `undefined` for null. */
export type SqlValue = string | number | Uint8Array | undefined;

/** What is read; see `row.ts`. */
export type Row = Readonly<Record<string, unknown>>;

/** Something that SQL can be sent to. */
export interface Queries {
  /**
   * Runs one statement of the SQL that SQLite and PostgreSQL have in common. Each `?` stands for the next value, so texts in the SQL
   * hold none.
   * @throws StoreError
   */
  readonly query: (sql: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>;
}

/** What happens in it happens as a whole, or not at all. */
export interface Transaction extends Queries {
  /** Told to all who follow the database, once the transaction is kept. At most 8,000 bytes. */
  readonly announce: (message: string) => Promise<void>;
}

/** What differs in the SQL that makes tables. */
export interface Dialect {
  /** Read by `migrate`: whether there is a table of the name `?`. */
  readonly findTable: string;
  /** Taken by whoever changes tables, until the transaction's end. */
  readonly lockTables: string | undefined;
  /** Behind the definition of a table whose rows are kept in the order of their primary key. */
  readonly ordered: string;
}

/** A database that the registry is kept in. */
export interface Database extends Queries {
  readonly dialect: Dialect;
  /**
   * Runs `work`, again from its beginning when it got in the way of another transaction: besides querying it does nothing.
   * @throws StoreError, and whatever `work` throws; nothing of it is kept then
   */
  readonly transaction: <Result>(work: (transaction: Transaction) => Promise<Result>) => Promise<Result>;
  /** Tells of what is announced; of `undefined` when something may have been missed. Gives what ends it. */
  readonly follow: (listener: (message: string | undefined) => void) => () => void;
  /** Runs `work` if nobody else holds the lease of this name; resolves with whether it ran. The signal is aborted when it is lost. */
  readonly withLease: (name: string, work: (signal: AbortSignal) => Promise<void>) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Where things are said that operators should know. */
export interface StoreLog {
  readonly warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}
