import type { Database, Queries } from '../database/database.ts';
import { jsonOf, numberOf } from '../database/row.ts';
import { queryIn } from '../database/rows.ts';
import type { Retention } from '../registry-store.ts';
import { reportKnownMs } from './limits.ts';
import { beginningOf, dayMs, hourMs } from './period.ts';
import { holdScope } from './scope.ts';

/** Operations that are gone through at a time, so that reports do not wait long in between. */
const batchSize = 500;

/** From when rollups are kept. */
interface Kept {
  readonly hours: number;
  readonly days: number;
}

/** Throws away what is older than it is kept, and what nothing refers to any more. */
export async function expireUsage(database: Database, now: number, { hourDays, days }: Retention): Promise<void> {
  const kept: Kept = {
    hours: beginningOf(now - hourDays * dayMs, hourMs),
    days: beginningOf(now - days * dayMs, dayMs),
  };
  for (const row of await database.query('select id from scopes order by id')) {
    const id = numberOf(row, 'id');
    await expireTimes(database, id, { kept, now });
    for (let after: number | undefined = 0; after !== undefined; ) {
      after = await expireOperations(database, id, { kept, after });
    }
    await expireNames(database, id, kept);
  }
}

async function expireTimes(
  database: Database,
  id: number,
  { kept, now }: { readonly kept: Kept; readonly now: number },
): Promise<void> {
  await database.transaction(async (transaction) => {
    const { ids } = await holdScope(transaction, id);
    await transaction.query('update scopes set hours_since = ? where id = ? and hours_since < ?', [
      kept.hours,
      id,
      kept.hours,
    ]);
    for (const [table, before] of [
      ['figures_minutes', now - 2 * hourMs],
      ['figures_hours', kept.hours],
      ['groups_hours', kept.hours],
      ['groups_days', kept.days],
      ['reports', now - reportKnownMs],
    ] as const) {
      await transaction.query(`delete from ${table} where scope = ? and at < ?`, [id, before]);
    }
    for (const unit of ['hours', 'days'] as const) {
      const sql = `delete from inputs_${unit} where coordinate > ? and coordinate < ? and at < ?`;
      await transaction.query(sql, [...ids, kept[unit]]);
    }
  });
}

/** Goes through some operations; resolves with the last of them. */
async function expireOperations(
  database: Database,
  id: number,
  { kept, after }: { readonly kept: Kept; readonly after: number },
): Promise<number | undefined> {
  return database.transaction(async (transaction) => {
    const { ids } = await holdScope(transaction, id);
    const first = Math.max(ids[0], after);
    const batch = await transaction.query('select id from operations where id > ? and id < ? order by id limit ?', [
      first,
      ids[1],
      batchSize,
    ]);
    if (batch.length === 0) return undefined;
    const last = numberOf(batch.at(-1), 'id');
    for (const unit of ['hours', 'days'] as const) {
      const sql = `delete from uses_${unit} where operation > ? and operation <= ? and at < ?`;
      await transaction.query(sql, [first, last, kept[unit]]);
    }
    await removeUnused(transaction, [first, last]);
    return last;
  });
}

async function removeUnused(queries: Queries, range: readonly [number, number]): Promise<void> {
  const unused = await queries.query(
    `select id, coalesce(coordinates, '[]') as coordinates from operations where id > ? and id <= ?
      and not exists (select 1 from uses_days where operation = operations.id)`,
    range,
  );
  for (const row of unused) {
    const coordinates = jsonOf<readonly number[]>(row, 'coordinates');
    const sql = 'delete from operations_by_coordinate where operation = ? and coordinate in';
    await queryIn(queries, sql, [numberOf(row, 'id')], coordinates);
  }
  const ids = unused.map((row) => numberOf(row, 'id'));
  await queryIn(queries, 'delete from operations where id in', [], ids);
}

async function expireNames(database: Database, id: number, kept: Kept): Promise<void> {
  await database.transaction(async (transaction) => {
    const { ids } = await holdScope(transaction, id);
    await transaction.query('delete from clients where id > ? and id < ? and seen_at < ?', [...ids, kept.days]);
    const isUnused = ['operations_by_coordinate', 'inputs_days']
      .map((table) => `not exists (select 1 from ${table} where coordinate = coordinates.id)`)
      .join(' and ');
    await transaction.query(`delete from coordinates where id > ? and id < ? and ${isUnused}`, ids);
  });
}
