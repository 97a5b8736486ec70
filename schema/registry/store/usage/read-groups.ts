import type { GraphRef } from '../../../feed/graph-ref.ts';
import { mergeGroups, type UsageGroup } from '../../../feed/usage-group.ts';
import type { Queries } from '../database/database.ts';
import { jsonOf, numberOf, optionalTextOf, textOf } from '../database/row.ts';
import { queryIn } from '../database/rows.ts';
import type { GroupsQuestion, KeptGroup } from '../registry-store.ts';
import { groupColumns, readGroup } from './groups.ts';
import { beginningOf, dayMs, hourMs } from './period.ts';
import { findScope, type Scope } from './scope.ts';

/** What requests came to in an hour or on a day, most requests first. */
export async function readGroups(
  queries: Queries,
  ref: GraphRef,
  { by, unit, at }: GroupsQuestion,
): Promise<readonly KeptGroup[]> {
  const scope = await findScope(queries, ref);
  if (scope === undefined) return [];
  const dimension = by === 'field' ? 'operation' : by;
  const rows = await queries.query(
    `select ${groupColumns} from groups_${unit}s where scope = ? and at = ? and dimension = ?`,
    [scope.id, beginningOf(at, unit === 'hour' ? hourMs : dayMs), dimension],
  );
  const groups = rows.map((row) => readGroup(row, dimension));
  const kept = await describe(queries, scope, by, groups);
  return [...kept].sort((one, other) => other.requests - one.requests || (one.name < other.name ? -1 : 1));
}

async function describe(
  queries: Queries,
  scope: Scope,
  by: GroupsQuestion['by'],
  groups: readonly UsageGroup[],
): Promise<readonly KeptGroup[]> {
  if (by !== 'operation' && by !== 'field') return groups;
  const operations = new Map(
    (
      await queryIn(
        queries,
        'select hash, name, coordinates from operations where scope = ? and hash in',
        [scope.id],
        groups.map(({ name }) => name),
      )
    ).map((row) => [textOf(row, 'hash'), row]),
  );
  if (by === 'operation') {
    return groups.map((group) => ({ ...group, title: optionalTextOf(operations.get(group.name), 'name') }));
  }
  const nameOf = await readCoordinates(queries, scope);
  const perField = groups.flatMap((group) => {
    const row = operations.get(group.name);
    if (optionalTextOf(row, 'coordinates') === undefined) return [];
    const coordinates = jsonOf<readonly number[]>(row, 'coordinates');
    return coordinates.map((id) => ({ ...group, name: nameOf.get(id) ?? '' })).filter(({ name }) => isField(name));
  });
  return mergeGroups(perField);
}

/** Neither an argument nor a type nor a directive; an enum value looks like a field, and is one to who asks what is used. */
function isField(coordinate: string): boolean {
  return coordinate.includes('.') && !coordinate.includes('(');
}

async function readCoordinates(queries: Queries, scope: Scope): Promise<ReadonlyMap<number, string>> {
  const rows = await queries.query('select id, name from coordinates where id > ? and id < ?', scope.ids);
  return new Map(rows.map((row) => [numberOf(row, 'id'), textOf(row, 'name')]));
}
