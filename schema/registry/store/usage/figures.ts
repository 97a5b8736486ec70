import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { UsageCount } from '../../../feed/usage-report.ts';
import type { Queries, Row } from '../database/database.ts';
import { jsonOf, numberOf, textOf } from '../database/row.ts';
import { insertRows, queryIn } from '../database/rows.ts';
import type { OperationFigures } from '../registry-store.ts';
import type { BoundReport } from './bound-report.ts';
import { addDurations, type Durations } from './durations.ts';
import { beginningOf, hourMs, minuteMs } from './period.ts';
import { findScope, type Scope } from './scope.ts';

/** Of one operation, answered by one version. */
interface Figures {
  readonly operation: number;
  readonly version: number;
  readonly count: number;
  readonly errors: number;
  readonly durations: Durations;
}

/** Adds what a report says of operations to the figures of its minute and hour; `operationIds` are numbers by hash. */
export async function addFigures(
  queries: Queries,
  scope: Scope,
  { at, counts }: BoundReport,
  { operationIds, now }: { readonly operationIds: ReadonlyMap<string, number>; readonly now: number },
): Promise<void> {
  const figures = sumFigures(counts.map((count) => toFigures(count, operationIds.get(count.operation) ?? 0)));
  const oldest = oldestMinute(now);
  if (at >= oldest) await addTo(queries, 'figures_minutes', [scope.id, beginningOf(at, minuteMs)], figures);
  await addTo(queries, 'figures_hours', [scope.id, beginningOf(at, hourMs)], figures);
  await queries.query('delete from figures_minutes where scope = ? and at < ?', [scope.id, oldest]);
}

/** Figures since the minute of `from` in the last hour, since its hour before that. */
export async function readFigures(
  queries: Queries,
  ref: GraphRef,
  { from, versions, now }: { readonly from: number; readonly versions: readonly number[]; readonly now: number },
): Promise<readonly OperationFigures[]> {
  const scope = await findScope(queries, ref);
  if (scope === undefined) return [];
  const [table, since] =
    from >= oldestMinute(now)
      ? ['figures_minutes', beginningOf(from, minuteMs)]
      : ['figures_hours', beginningOf(from, hourMs)];
  const rows = await queryIn(
    queries,
    `select operation, version, count, errors, durations from ${table} where scope = ? and at >= ? and version in`,
    [scope.id, since],
    [...new Set(versions)],
  );
  const figures = sumFigures(rows.map(readRow));
  const hashes = await queryIn(
    queries,
    'select id, hash from operations where id in',
    [],
    [...new Set(figures.map(({ operation }) => operation))],
  );
  const hashOf = new Map(hashes.map((row) => [numberOf(row, 'id'), textOf(row, 'hash')]));
  return figures.flatMap((sum) => {
    const operation = hashOf.get(sum.operation);
    return operation === undefined ? [] : [{ ...sum, operation }];
  });
}

/** Minutes are kept for an hour. */
function oldestMinute(now: number): number {
  return beginningOf(now - hourMs, minuteMs);
}

function toFigures({ version, count, errors, durations }: UsageCount, operation: number): Figures {
  return { operation, version, count, errors, durations };
}

function readRow(row: Row): Figures {
  return {
    operation: numberOf(row, 'operation'),
    version: numberOf(row, 'version'),
    count: numberOf(row, 'count'),
    errors: numberOf(row, 'errors'),
    durations: jsonOf<Durations>(row, 'durations'),
  };
}

function keyOf({ operation, version }: Pick<Figures, 'operation' | 'version'>): string {
  return `${operation} ${version}`;
}

function sumFigures(all: readonly Figures[]): readonly Figures[] {
  const sums = new Map<string, Figures>();
  for (const figures of all) {
    const sum = sums.get(keyOf(figures));
    sums.set(keyOf(figures), sum === undefined ? figures : add(sum, figures));
  }
  return [...sums.values()];
}

function add(a: Figures, b: Figures): Figures {
  return {
    ...a,
    count: a.count + b.count,
    errors: a.errors + b.errors,
    durations: addDurations(a.durations, b.durations),
  };
}

/** Durations are added here and not by the database: nobody else changes figures of a scope that is held. */
async function addTo(
  queries: Queries,
  table: string,
  [scope, at]: readonly [number, number],
  figures: readonly Figures[],
): Promise<void> {
  const rows = await queryIn(
    queries,
    `select operation, version, count, errors, durations from ${table} where scope = ? and at = ? and operation in`,
    [scope, at],
    [...new Set(figures.map(({ operation }) => operation))],
  );
  const before = new Map(rows.map(readRow).map((row) => [keyOf(row), row]));
  await insertRows(
    queries,
    `insert into ${table} (scope, at, operation, version, count, errors, durations)`,
    figures.map((added) => {
      const known = before.get(keyOf(added));
      const { operation, version, count, errors, durations } = known === undefined ? added : add(known, added);
      return [scope, at, operation, version, count, errors, JSON.stringify(durations)];
    }),
    `on conflict (scope, at, operation, version) do update
      set count = excluded.count, errors = excluded.errors, durations = excluded.durations`,
  );
}
