import { setImmediate as breathe } from 'node:timers/promises';
import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { RecordedOperation } from '../../../feed/usage-report.ts';
import type { Queries, Row } from '../database/database.ts';
import { jsonOf, numberOf, optionalTextOf, textOf } from '../database/row.ts';
import { queryIn, slices } from '../database/rows.ts';
import type { OperationUse } from '../registry-store.ts';
import { readRollups } from './rollups.ts';
import { findScope, type Scope } from './scope.ts';

/** By coordinate, how often it was used since `from`. */
export async function countUses(queries: Queries, ref: GraphRef, from: number): Promise<ReadonlyMap<string, number>> {
  const scope = await findScope(queries, ref);
  if (scope === undefined) return new Map();
  const counts = new Map<number, number>();
  const count = (coordinate: number, times: number) => counts.set(coordinate, (counts.get(coordinate) ?? 0) + times);

  const rows = await queries.query(
    'select id, coordinates from operations where id > ? and id < ? and coordinates is not null',
    scope.ids,
  );
  const coordinatesOf = new Map(
    rows.map((row) => [numberOf(row, 'id'), jsonOf<readonly number[]>(row, 'coordinates')]),
  );
  const uses = await readRollups(queries, scope, from, { table: 'uses', columns: ['operation'] });
  for (const {
    keys: [operation = 0],
    count: times,
  } of uses) {
    for (const coordinate of coordinatesOf.get(operation) ?? []) count(coordinate, times);
  }
  const inputs = await readRollups(queries, scope, from, { table: 'inputs', columns: ['coordinate', 'operation'] });
  for (const {
    keys: [coordinate = 0, operation = 0],
    count: times,
  } of inputs) {
    // What the text of an operation names as well was used each time that it was sent.
    if (coordinatesOf.get(operation)?.includes(coordinate) !== true) count(coordinate, times);
  }
  const nameOf = await readCoordinates(queries, scope);
  return new Map([...counts].map(([coordinate, times]) => [nameOf.get(coordinate) ?? '', times]));
}

/** The most used operations whose text is known, most used first. */
export async function listOperations(
  queries: Queries,
  ref: GraphRef,
  from: number,
  limit: number,
): Promise<readonly OperationUse[]> {
  const scope = await findScope(queries, ref);
  if (scope === undefined) return [];
  const uses = [...(await readRollups(queries, scope, from, { table: 'uses', columns: ['operation'] }))];
  uses.sort((a, b) => b.count - a.count);
  const nameOf = await readCoordinates(queries, scope);
  const operations: OperationUse[] = [];
  for (const some of slices(uses, 200)) {
    if (operations.length >= limit) break;
    // The embedded database answers at once: ten thousand operations would hold up all who ask for something else.
    await breathe();
    const ids = some.map(({ keys: [operation = 0] }) => operation);
    const rows = await queryIn(
      queries,
      `select id, hash, name, kind, text, coordinates from operations
        where text is not null and coordinates is not null and id in`,
      [],
      ids,
    );
    const byId = new Map(rows.map((row) => [numberOf(row, 'id'), row]));
    for (const {
      keys: [operation = 0],
      count,
    } of some) {
      const row = byId.get(operation);
      if (row !== undefined) operations.push({ ...toOperation(row, nameOf), count });
    }
  }
  return operations.slice(0, limit);
}

async function readCoordinates(queries: Queries, scope: Scope): Promise<ReadonlyMap<number, string>> {
  const rows = await queries.query('select id, name from coordinates where id > ? and id < ?', scope.ids);
  return new Map(rows.map((row) => [numberOf(row, 'id'), textOf(row, 'name')]));
}

function toOperation(row: Row, nameOf: ReadonlyMap<number, string>): RecordedOperation {
  return {
    hash: textOf(row, 'hash'),
    name: optionalTextOf(row, 'name'),
    kind: toKind(textOf(row, 'kind')),
    text: textOf(row, 'text'),
    coordinates: jsonOf<readonly number[]>(row, 'coordinates').flatMap((coordinate) => nameOf.get(coordinate) ?? []),
  };
}

function toKind(text: string): RecordedOperation['kind'] {
  return text === 'mutation' || text === 'subscription' ? text : 'query';
}
