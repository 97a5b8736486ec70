import type { Database, StoreLog } from './database.ts';
import { openLibsqlDatabase } from './libsql-database.ts';
import { openPostgresDatabase } from './postgres-database.ts';

/**
 * Opens a database by its connection string of PostgreSQL (`postgres://...`), or by the directory of the embedded one.
 * @throws StoreError
 */
export function openDatabase(location: string, log: StoreLog): Promise<Database> {
  return /^postgres(ql)?:\/\//i.test(location) ? openPostgresDatabase(location, log) : openLibsqlDatabase(location);
}
