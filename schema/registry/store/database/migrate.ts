import { StoreError } from '../store-error.ts';
import type { Database } from './database.ts';
import { migrations } from './migrations.ts';
import { numberOf } from './row.ts';

/**
 * Brings the tables to what this version of Overlock works with, all at once or not at all; of several that start at once one does it.
 * @throws StoreError also when a newer version has been here; then nothing was changed
 */
export async function migrate(database: Database, now: number): Promise<void> {
  const { dialect } = database;
  await database.transaction(async (transaction) => {
    if (dialect.lockTables !== undefined) await transaction.query(dialect.lockTables);
    const [found] = await transaction.query(dialect.findTable, ['overlock_migrations']);
    const [latest] =
      found === undefined
        ? []
        : await transaction.query('select coalesce(max(version), 0) as version from overlock_migrations');
    const from = latest === undefined ? 0 : numberOf(latest, 'version');
    if (from > migrations.length) {
      throw new StoreError(
        `The registry's database is of a newer version of Overlock (its tables are at ${from}, this one knows up to ${migrations.length}). Start that version or a later one; nothing was changed.`,
      );
    }
    for (const [index, statements] of migrations.slice(from).entries()) {
      for (const statement of statements(dialect)) await transaction.query(statement);
      await transaction.query('insert into overlock_migrations (version, at) values (?, ?)', [from + index + 1, now]);
    }
  });
}
