import type { UsageCount } from '../../../feed/usage-report.ts';
import type { Queries } from '../database/database.ts';
import { numberOf, textOf } from '../database/row.ts';
import { insertRows, queryIn } from '../database/rows.ts';
import { clientsMost } from './limits.ts';
import type { HeldScope } from './scope.ts';

/** A client as it is counted. */
interface Client {
  readonly name: string;
  readonly version: string;
}

interface KnownClient {
  readonly id: number;
  /** The day that it was last seen on. */
  readonly seenAt: number;
}

/** What stands for all clients of an operation beyond the most that are counted in a day. */
const other: Client = { name: 'other', version: '' };

/** Gives the number of the client of a count. */
export type ClientOf = (count: UsageCount) => number;

/** Keeps the clients of a report; `operationIds` are numbers by hash. */
export async function keepClients(
  queries: Queries,
  scope: HeldScope,
  report: { readonly day: number; readonly counts: readonly UsageCount[] },
  operationIds: ReadonlyMap<string, number>,
): Promise<ClientOf> {
  const { day, counts } = report;
  const known = await findClients(queries, scope, new Set(counts.map((count) => toClient(count).name)));
  const admitted = await admit(queries, { day, counts, operationIds, known });
  const used = new Map(counts.map((count) => [keyOf(admitted(count)), admitted(count)]));

  const fresh = [...used].filter(([key]) => !known.has(key));
  const rows = fresh.map(([key, { name, version }]) => ({
    key,
    row: [scope.nextId(), scope.id, name, version, day] as const,
  }));
  await insertRows(
    queries,
    'insert into clients (id, scope, name, version, seen_at)',
    rows.map(({ row }) => row),
  );
  const seen = [...used.keys()].flatMap((key) => {
    const client = known.get(key);
    return client !== undefined && client.seenAt < day ? [client.id] : [];
  });
  await queryIn(queries, 'update clients set seen_at = ? where id in', [day], seen);

  const ids = new Map([...known].map(([key, { id }]) => [key, id]));
  for (const { key, row } of rows) ids.set(key, row[0]);
  return (count) => ids.get(keyOf(admitted(count))) ?? 0;
}

function toClient({ client, clientVersion }: UsageCount): Client {
  return { name: client, version: clientVersion };
}

function keyOf({ name, version }: Client): string {
  return `${name}\0${version}`;
}

async function findClients(
  queries: Queries,
  scope: HeldScope,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, KnownClient>> {
  const rows = await queryIn(
    queries,
    'select id, name, version, seen_at from clients where scope = ? and name in',
    [scope.id],
    [...names, other.name],
  );
  return new Map(
    rows.map((row) => [
      keyOf({ name: textOf(row, 'name'), version: textOf(row, 'version') }),
      { id: numberOf(row, 'id'), seenAt: numberOf(row, 'seen_at') },
    ]),
  );
}

interface Candidates {
  readonly day: number;
  readonly counts: readonly UsageCount[];
  readonly operationIds: ReadonlyMap<string, number>;
  readonly known: ReadonlyMap<string, KnownClient>;
}

/** Decides which clients are counted by themselves: of each operation, those that came first on a day. */
async function admit(
  queries: Queries,
  { day, counts, operationIds, known }: Candidates,
): Promise<(count: UsageCount) => Client> {
  const clientsOf = new Map<number, Set<string>>();
  for (const count of counts) {
    const operation = operationIds.get(count.operation) ?? 0;
    clientsOf.set(operation, (clientsOf.get(operation) ?? new Set()).add(keyOf(toClient(count))));
  }
  const where = 'from uses_days where at = ? and operation in';
  const rows = await queryIn(
    queries,
    `select operation, count(*) as clients ${where}`,
    [day],
    [...clientsOf.keys()],
    'group by operation',
  );
  const present = new Map(rows.map((row) => [numberOf(row, 'operation'), numberOf(row, 'clients')]));
  const crowded = [...clientsOf].filter(([id, clients]) => (present.get(id) ?? 0) + clients.size > clientsMost);
  if (crowded.length === 0) return toClient;

  const ids = crowded.map(([id]) => id);
  const counted = new Set(
    (await queryIn(queries, `select operation, client ${where}`, [day], ids)).map(
      (row) => `${numberOf(row, 'operation')} ${numberOf(row, 'client')}`,
    ),
  );
  const rejected = new Set<string>();
  for (const [id, clients] of crowded) {
    let room = clientsMost - (present.get(id) ?? 0);
    for (const key of clients) {
      if (!counted.has(`${id} ${known.get(key)?.id}`) && room-- <= 0) rejected.add(`${id} ${key}`);
    }
  }
  return (count) =>
    rejected.has(`${operationIds.get(count.operation)} ${keyOf(toClient(count))}`) ? other : toClient(count);
}
