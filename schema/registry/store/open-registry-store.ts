import { createRegistryStore } from './create-registry-store.ts';
import type { StoreLog } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open-database.ts';
import type { RegistryStore } from './registry-store.ts';

interface OpenRegistryStoreOptions {
  /** A connection string of PostgreSQL (`postgres://...`), or the directory of the embedded database. */
  readonly location: string;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  readonly log?: StoreLog;
}

const silence: StoreLog = { warn: () => undefined, error: () => undefined };

/**
 * Opens the registry's database and brings its tables up to date.
 * @throws StoreError
 */
export async function openRegistryStore(options: OpenRegistryStoreOptions): Promise<RegistryStore> {
  const { location, now, log = silence } = options;
  const database = await openDatabase(location, log);
  try {
    await migrate(database, now());
    return createRegistryStore({ database, now, log });
  } catch (error) {
    await database.close();
    throw error;
  }
}
