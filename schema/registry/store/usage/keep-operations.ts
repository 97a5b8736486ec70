import type { Queries } from '../database/database.ts';
import { numberOf, optionalTextOf, textOf } from '../database/row.ts';
import { insertRows, queryIn } from '../database/rows.ts';
import type { BoundOperation, BoundReport } from './bound-report.ts';
import { operationsMost } from './limits.ts';
import type { HeldScope } from './scope.ts';

/** The operations of a report. */
export interface KeptOperations {
  /** By hash; those beyond the most that are kept have one in common. */
  readonly ids: ReadonlyMap<string, number>;
  /** Hashes of those that nobody has told. */
  readonly unknown: readonly string[];
  /** Those that are told and not kept. */
  readonly refused: ReadonlyMap<string, BoundOperation>;
}

/** The hash that stands for all operations beyond the most that are kept. */
const otherHash = 'other';

/** Keeps what a report tells of operations, and gives a number to all that it counts. */
export async function keepOperations(
  queries: Queries,
  scope: HeldScope,
  report: BoundReport,
  coordinateIds: ReadonlyMap<string, number>,
): Promise<KeptOperations> {
  const told = new Map(report.operations.map((operation) => [operation.hash, operation]));
  const counted = new Set(report.counts.map(({ operation }) => operation));
  const hashes = [...new Set([...told.keys(), ...counted])];
  const known = await findOperations(queries, scope, [...hashes, otherHash]);
  const added = hashes.filter((hash) => !known.has(hash));
  const room = added.length === 0 ? 0 : await countRoom(queries, scope);
  const ids = new Map([...known].map(([hash, { id }]) => [hash, id]));
  for (const hash of added.slice(0, room)) ids.set(hash, scope.nextId());

  const refused = new Set(added.slice(room));
  if (refused.size > 0) {
    const other = ids.get(otherHash) ?? scope.nextId();
    for (const hash of [otherHash, ...refused]) ids.set(hash, other);
  }
  const isTold = (hash: string) => told.has(hash) || known.get(hash)?.isTold === true;
  const written = [...added.slice(0, room), ...[...told.keys()].filter((hash) => known.get(hash)?.isTold === false)];
  if (refused.size > 0 && !known.has(otherHash)) written.push(otherHash);
  await writeOperations(queries, scope, { written, ids, told, coordinateIds });
  return {
    ids,
    unknown: [...counted].filter((hash) => !isTold(hash)),
    refused: new Map([...told].filter(([hash]) => refused.has(hash))),
  };
}

interface KnownOperation {
  readonly id: number;
  /** Whether more than its hash is known. */
  readonly isTold: boolean;
}

async function findOperations(
  queries: Queries,
  scope: HeldScope,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, KnownOperation>> {
  const rows = await queryIn(
    queries,
    'select id, hash, coordinates from operations where scope = ? and hash in',
    [scope.id],
    hashes,
  );
  return new Map(
    rows.map((row) => [
      textOf(row, 'hash'),
      { id: numberOf(row, 'id'), isTold: optionalTextOf(row, 'coordinates') !== undefined },
    ]),
  );
}

/** How many more operations are kept. */
async function countRoom(queries: Queries, scope: HeldScope): Promise<number> {
  const [row] = await queries.query('select count(*) as count from operations where id > ? and id < ?', scope.ids);
  return Math.max(0, operationsMost - numberOf(row, 'count'));
}

interface Written {
  readonly written: readonly string[];
  readonly ids: ReadonlyMap<string, number>;
  readonly told: ReadonlyMap<string, BoundOperation>;
  readonly coordinateIds: ReadonlyMap<string, number>;
}

async function writeOperations(queries: Queries, scope: HeldScope, what: Written): Promise<void> {
  const { written, ids, told, coordinateIds } = what;
  const rows = written.map((hash) => {
    const operation = told.get(hash);
    const coordinates = operation && toIds(operation.coordinates, coordinateIds);
    return { id: ids.get(hash) ?? 0, hash, operation, coordinates };
  });
  await insertRows(
    queries,
    'insert into operations (id, scope, hash, name, kind, text, coordinates)',
    rows.map(({ id, hash, operation, coordinates }) => [
      id,
      scope.id,
      hash,
      operation?.name,
      operation?.kind ?? 'query',
      operation?.text,
      coordinates && JSON.stringify(coordinates),
    ]),
    `on conflict (scope, hash) do update
      set name = excluded.name, kind = excluded.kind, text = excluded.text, coordinates = excluded.coordinates`,
  );
  await insertRows(
    queries,
    'insert into operations_by_coordinate (coordinate, operation)',
    toPairs(rows),
    'on conflict (coordinate, operation) do nothing',
  );
}

/** In the order of the table, which takes them a few times faster so. */
function toPairs(
  rows: readonly { readonly id: number; readonly coordinates: readonly number[] | undefined }[],
): readonly (readonly [coordinate: number, operation: number])[] {
  return rows
    .flatMap(({ id, coordinates = [] }) => coordinates.map((coordinate) => [coordinate, id] as const))
    .sort(([a, b], [c, d]) => a - c || b - d);
}

function toIds(coordinates: readonly string[], ids: ReadonlyMap<string, number>): readonly number[] {
  const known = coordinates.flatMap((coordinate) => ids.get(coordinate) ?? []);
  return [...new Set(known)];
}
