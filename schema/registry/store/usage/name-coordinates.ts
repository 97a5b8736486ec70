import type { Queries } from '../database/database.ts';
import { numberOf, textOf } from '../database/row.ts';
import { insertRows, queryIn } from '../database/rows.ts';
import type { HeldScope } from './scope.ts';

/** Gives each coordinate a number. */
export async function nameCoordinates(
  queries: Queries,
  scope: HeldScope,
  coordinates: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const names = [...coordinates];
  const known = await queryIn(
    queries,
    'select id, name from coordinates where scope = ? and name in',
    [scope.id],
    names,
  );
  const ids = new Map(known.map((row) => [textOf(row, 'name'), numberOf(row, 'id')]));
  const added = names.filter((name) => !ids.has(name)).map((name) => [scope.nextId(), scope.id, name] as const);
  await insertRows(queries, 'insert into coordinates (id, scope, name)', added);
  for (const [id, , name] of added) ids.set(name, id);
  return ids;
}
