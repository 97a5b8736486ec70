import type { Queries, Row, SqlValue } from './database.ts';

/** Small enough for what SQLite takes of placeholders, big enough that the statements do not count. */
const rowsMost = 200;

/** `(?, ?, ?)` */
function placeholders(count: number): string {
  return `(${Array(count).fill('?').join(', ')})`;
}

/** Inserts rows by many; `head` ends with the columns, `tail` says what happens to those that are there. */
export async function insertRows(
  queries: Queries,
  head: string,
  rows: readonly (readonly SqlValue[])[],
  tail = '',
): Promise<readonly Row[]> {
  const returned: Row[] = [];
  for (const some of slices(rows, rowsMost)) {
    const sql = `${head} values ${some.map((row) => placeholders(row.length)).join(', ')} ${tail}`;
    for (const row of await queries.query(sql, some.flat())) returned.push(row);
  }
  return returned;
}

/** Runs SQL that ends with `in`, a part of the list at a time; `fixed` are the values before it. */
export async function queryIn(
  queries: Queries,
  sql: string,
  fixed: readonly SqlValue[],
  list: readonly SqlValue[],
  tail = '',
): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (const some of slices(list, rowsMost)) {
    const rows = await queries.query(`${sql} ${placeholders(some.length)} ${tail}`, [...fixed, ...some]);
    for (const row of rows) found.push(row);
  }
  return found;
}

/** Parts of a list, each of at most so many items. */
export function* slices<Item>(list: readonly Item[], most: number): Generator<readonly Item[]> {
  for (let start = 0; start < list.length; start += most) yield list.slice(start, start + most);
}
