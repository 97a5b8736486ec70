import type { Database, Queries } from '../database/database.ts';
import { textOf } from '../database/row.ts';
import { insertRows } from '../database/rows.ts';
import type { RegistryStore } from '../registry-store.ts';
import { keepAlongside } from './alongside.ts';

type OwnerChapter = Pick<RegistryStore, 'listOwners' | 'setOwner'>;

/** Which team a subgraph belongs to. */
export function createOwnerChapter(database: Database): OwnerChapter {
  return {
    listOwners: (graph) => readOwners(database, graph),
    setOwner: (graph, subgraph, team, alongside) =>
      database.transaction(async (transaction) => {
        await transaction.query(
          `insert into owners (graph, subgraph, team) values (?, ?, ?)
            on conflict (graph, subgraph) do update set team = excluded.team`,
          [graph, subgraph, team],
        );
        await keepAlongside(transaction, alongside);
      }),
  };
}

/** Makes teams the owners of subgraphs that have none; resolves with whether all of them are now. */
export async function claimOwners(
  queries: Queries,
  graph: string,
  claims: ReadonlyMap<string, string> = new Map(),
): Promise<boolean> {
  if (claims.size === 0) return true;
  await insertRows(
    queries,
    'insert into owners (graph, subgraph, team)',
    [...claims].sort(([a], [b]) => (a < b ? -1 : 1)).map(([subgraph, team]) => [graph, subgraph, team]),
    'on conflict (graph, subgraph) do nothing',
  );
  const owners = await readOwners(queries, graph);
  return [...claims].every(([subgraph, team]) => owners.get(subgraph) === team);
}

async function readOwners(queries: Queries, graph: string): Promise<ReadonlyMap<string, string>> {
  const rows = await queries.query('select subgraph, team from owners where graph = ? order by subgraph', [graph]);
  return new Map(rows.map((row) => [textOf(row, 'subgraph'), textOf(row, 'team')]));
}
