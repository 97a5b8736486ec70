import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { Queries, Row } from '../database/database.ts';
import { numberOf, textOf } from '../database/row.ts';
import { queryIn } from '../database/rows.ts';
import type { RecordedUse } from '../registry-store.ts';
import { readRollups } from './rollups.ts';
import { findScope, type Scope } from './scope.ts';

/** Who has used the coordinates since `from`, and by which operations. */
export async function readUses(
  queries: Queries,
  ref: GraphRef,
  from: number,
  coordinates: readonly string[],
): Promise<readonly RecordedUse[]> {
  const scope = await findScope(queries, ref);
  if (scope === undefined) return [];
  const named = await queryIn(
    queries,
    'select id, name from coordinates where scope = ? and name in',
    [scope.id],
    [...new Set(coordinates)],
  );
  const nameOf = textsOf(named, 'name');
  const uses = await readNumberedUses(queries, scope, from, [...nameOf.keys()]);
  const hashOf = textsOf(
    await queryIn(queries, 'select id, hash from operations where id in', [], distinct(uses, 'operation')),
    'hash',
  );
  const clients = await queryIn(
    queries,
    'select id, name, version from clients where id in',
    [],
    distinct(uses, 'client'),
  );
  const clientOf = textsOf(clients, 'name');
  const versionOf = textsOf(clients, 'version');
  return uses.map(({ coordinate, operation, client, count }) => ({
    coordinate: nameOf.get(coordinate) ?? '',
    operation: hashOf.get(operation) ?? '',
    client: clientOf.get(client) ?? '',
    clientVersion: versionOf.get(client) ?? '',
    count,
  }));
}

/** Everything by its number. */
interface NumberedUse {
  readonly coordinate: number;
  readonly operation: number;
  readonly client: number;
  readonly count: number;
}

async function readNumberedUses(
  queries: Queries,
  scope: Scope,
  from: number,
  coordinates: readonly number[],
): Promise<readonly NumberedUse[]> {
  const pairs = await queryIn(
    queries,
    'select coordinate, operation from operations_by_coordinate where coordinate in',
    [],
    coordinates,
  );
  const fixed = pairs.map((row) => ({
    coordinate: numberOf(row, 'coordinate'),
    operation: numberOf(row, 'operation'),
  }));
  const usesOf = new Map<number, { readonly client: number; readonly count: number }[]>();
  for (const { operation } of fixed) usesOf.set(operation, []);
  const uses = await readRollups(queries, scope, from, {
    table: 'uses',
    columns: ['operation', 'client'],
    among: { column: 'operation', numbers: [...usesOf.keys()] },
  });
  for (const {
    keys: [operation = 0, client = 0],
    count,
  } of uses)
    usesOf.get(operation)?.push({ client, count });
  const inputs = await readRollups(queries, scope, from, {
    table: 'inputs',
    columns: ['coordinate', 'operation', 'client'],
    among: { column: 'coordinate', numbers: coordinates },
  });
  const isFixed = new Set(fixed.map(({ coordinate, operation }) => `${coordinate} ${operation}`));
  return [
    ...fixed.flatMap((pair) => (usesOf.get(pair.operation) ?? []).map((use) => ({ ...pair, ...use }))),
    // What the text of an operation names as well was used each time that it was sent.
    ...inputs.flatMap(({ keys: [coordinate = 0, operation = 0, client = 0], count }) =>
      isFixed.has(`${coordinate} ${operation}`) ? [] : [{ coordinate, operation, client, count }],
    ),
  ];
}

function distinct(uses: readonly NumberedUse[], key: keyof NumberedUse): readonly number[] {
  return [...new Set(uses.map((use) => use[key]))];
}

function textsOf(rows: readonly Row[], column: string): ReadonlyMap<number, string> {
  return new Map(rows.map((row) => [numberOf(row, 'id'), textOf(row, column)]));
}
