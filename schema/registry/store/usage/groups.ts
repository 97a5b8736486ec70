import { mergeGroups, otherName, type UsageDimension, type UsageGroup } from '../../../feed/usage-group.ts';
import type { Queries, Row } from '../database/database.ts';
import { jsonOf, numberOf, textOf } from '../database/row.ts';
import { insertRows, queryIn } from '../database/rows.ts';
import type { BoundReport } from './bound-report.ts';
import { groupsMost } from './limits.ts';
import { beginningOf, hourMs } from './period.ts';
import type { Scope } from './scope.ts';

/** The columns of a group but its dimension. */
export const groupColumns = 'name, requests, errors, cost, bytes, quota, durations';

/** Adds the groups of a report to those of its hour and its day; nobody else changes those of a scope that is held. */
export async function addGroups(queries: Queries, scope: Scope, { at, day, groups }: BoundReport): Promise<void> {
  const byDimension = new Map<UsageDimension, UsageGroup[]>();
  for (const group of groups) {
    const others = byDimension.get(group.by);
    if (others === undefined) byDimension.set(group.by, [group]);
    else others.push(group);
  }
  for (const [by, some] of byDimension) {
    await addTo(queries, 'groups_hours', { scope: scope.id, at: beginningOf(at, hourMs), by }, some);
    await addTo(queries, 'groups_days', { scope: scope.id, at: day, by }, some);
  }
}

/** A row of a table of groups. */
export function readGroup(row: Row, by: UsageDimension): UsageGroup {
  return {
    by,
    name: textOf(row, 'name'),
    requests: numberOf(row, 'requests'),
    errors: numberOf(row, 'errors'),
    cost: numberOf(row, 'cost'),
    bytes: numberOf(row, 'bytes'),
    quota: numberOf(row, 'quota'),
    durations: jsonOf<UsageGroup['durations']>(row, 'durations'),
  };
}

interface Place {
  readonly scope: number;
  readonly at: number;
  readonly by: UsageDimension;
}

async function addTo(
  queries: Queries,
  table: string,
  { scope, at, by }: Place,
  added: readonly UsageGroup[],
): Promise<void> {
  const where = `from ${table} where scope = ? and at = ? and dimension = ?`;
  const names = new Set([otherName, ...added.map(({ name }) => name)]);
  const rows = await queryIn(queries, `select ${groupColumns} ${where} and name in`, [scope, at, by], [...names]);
  const known = new Map(rows.map((row) => [textOf(row, 'name'), readGroup(row, by)]));
  const [counted] = await queries.query(`select count(*) as count ${where}`, [scope, at, by]);
  let room = groupsMost - numberOf(counted, 'count');
  const admitted = added.map((group) =>
    known.has(group.name) || group.name === otherName || room-- > 0 ? group : { ...group, name: otherName },
  );
  const sums = mergeGroups(admitted.flatMap((group) => [known.get(group.name), group]).filter(isFirst()));
  await insertRows(
    queries,
    `insert into ${table} (scope, at, dimension, ${groupColumns})`,
    sums.map(({ name, requests, errors, cost, bytes, quota, durations }) => {
      return [scope, at, by, name, requests, errors, cost, bytes, quota, JSON.stringify(durations)];
    }),
    `on conflict (scope, at, dimension, name) do update set requests = excluded.requests, errors = excluded.errors,
      cost = excluded.cost, bytes = excluded.bytes, quota = excluded.quota, durations = excluded.durations`,
  );
}

/** Lets each through once, as several that were added may go to the same that was known. */
function isFirst(): (group: UsageGroup | undefined) => group is UsageGroup {
  const seen = new Set<UsageGroup>();
  return (group): group is UsageGroup => {
    if (group === undefined || seen.has(group)) return false;
    seen.add(group);
    return true;
  };
}
