import type { Queries, Row } from '../database/database.ts';
import { numberOf } from '../database/row.ts';
import { queryIn } from '../database/rows.ts';
import { toSince } from './period.ts';
import type { Scope } from './scope.ts';
import { type Sum, Sums } from './sums.ts';

interface RollupQuery {
  readonly table: 'uses' | 'inputs';
  /** What they are summed by; the first is the one that the table is ordered by. */
  readonly columns: readonly [string, ...string[]];
  /** Only those with one of these numbers in a column; without it, all. */
  readonly among?: { readonly column: string; readonly numbers: readonly number[] };
}

/** Sums of what was counted since `from`. */
export async function readRollups(
  queries: Queries,
  scope: Scope,
  from: number,
  query: RollupQuery,
): Promise<readonly Sum[]> {
  const { hours, days } = toSince(from, scope.hoursSince);
  const sums = new Sums(query.columns);
  const add = (rows: readonly Row[]) => {
    for (const row of rows)
      sums.add(
        query.columns.map((column) => numberOf(row, column)),
        numberOf(row, 'count'),
      );
  };
  add(await read(queries, scope, query, { unit: 'days', from: days, to: Number.MAX_SAFE_INTEGER }));
  if (hours !== undefined) add(await read(queries, scope, query, { unit: 'hours', ...hours }));
  return sums.rows();
}

interface Rollups {
  readonly unit: 'hours' | 'days';
  readonly from: number;
  readonly to: number;
}

function read(
  queries: Queries,
  scope: Scope,
  { table, columns, among }: RollupQuery,
  { unit, from, to }: Rollups,
): Promise<readonly Row[]> {
  const by = columns.join(', ');
  const sql = `select ${by}, sum(count) as count from ${table}_${unit} where at >= ? and at < ?`;
  const values = [from, to];
  if (among === undefined) {
    const sqlOfScope = `${sql} and ${columns[0]} > ? and ${columns[0]} < ? group by ${by}`;
    return queries.query(sqlOfScope, [...values, ...scope.ids]);
  }
  return queryIn(queries, `${sql} and ${among.column} in`, values, among.numbers, `group by ${by}`);
}
