import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { UsageCount, UsageReport } from '../../../feed/usage-report.ts';
import type { Database } from '../database/database.ts';
import { type BoundReport, boundReport } from './bound-report.ts';
import { addFigures } from './figures.ts';
import { addGroups } from './groups.ts';
import { keepClients } from './keep-clients.ts';
import { keepOperations } from './keep-operations.ts';
import { nameCoordinates } from './name-coordinates.ts';
import { beginningOf, hourMs } from './period.ts';
import { holdScopeOf } from './scope.ts';
import { Sums } from './sums.ts';

/** Adds a report to the rollups; resolves with the hashes of operations that are counted and not known. */
export async function addUsage(
  database: Database,
  ref: GraphRef,
  sent: UsageReport,
  now: number,
): Promise<readonly string[]> {
  if (sent.counts.length === 0 && (sent.groups ?? []).length === 0) return [];
  const report = boundReport(sent, now);
  return database.transaction(async (transaction) => {
    const scope = await holdScopeOf(transaction, ref);
    const isNew = await transaction.query(
      'insert into reports (scope, id, at) values (?, ?, ?) on conflict (scope, id) do nothing returning id',
      [scope.id, report.id, now],
    );
    if (isNew.length === 0) return [];
    const coordinates = await nameCoordinates(transaction, scope, coordinatesOf(report));
    const { ids, unknown, refused } = await keepOperations(transaction, scope, report, coordinates);
    const clientOf = await keepClients(transaction, scope, report, ids);
    await scope.save();

    const uses = new Sums(['operation', 'client']);
    const inputs = new Sums(['coordinate', 'operation', 'client']);
    for (const count of report.counts) {
      const operation = ids.get(count.operation) ?? 0;
      const client = clientOf(count);
      uses.add([operation, client], count.count);
      for (const [name, times] of inputsOf(count, refused)) {
        const coordinate = coordinates.get(name);
        if (coordinate !== undefined) inputs.add([coordinate, operation, client], times);
      }
    }
    const hour = beginningOf(report.at, hourMs);
    await uses.addTo(transaction, 'uses_hours', hour);
    await uses.addTo(transaction, 'uses_days', report.day);
    await inputs.addTo(transaction, 'inputs_hours', hour);
    await inputs.addTo(transaction, 'inputs_days', report.day);
    await addFigures(transaction, scope, report, { operationIds: ids, now });
    await addGroups(transaction, scope, report);
    return unknown;
  });
}

function coordinatesOf({ operations, counts }: BoundReport): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { coordinates } of operations) for (const name of coordinates) names.add(name);
  for (const { inputs } of counts) for (const name of Object.keys(inputs)) names.add(name);
  return names;
}

/** Of an operation that is not kept, all coordinates are counted as if each had come by itself. */
function inputsOf(
  { operation, count, inputs }: UsageCount,
  refused: ReadonlyMap<string, { readonly coordinates: readonly string[] }>,
): readonly (readonly [string, number])[] {
  const own = new Set(refused.get(operation)?.coordinates);
  return [
    ...Object.entries(inputs).filter(([name]) => !own.has(name)),
    ...[...own].map((name) => [name, count] as const),
  ];
}
