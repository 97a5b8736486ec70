import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { Queries } from '../database/database.ts';
import { numberOf } from '../database/row.ts';

/** What was recorded of a variant. */
export interface Scope {
  readonly id: number;
  /** All numbers of what is in it are greater than the first and smaller than the second. */
  readonly ids: readonly [number, number];
  /** From when rollups by hour are complete. */
  readonly hoursSince: number;
}

/** A scope that nobody else changes until the transaction's end. */
export interface HeldScope extends Scope {
  /** A number that nothing else has. */
  readonly nextId: () => number;
  /** Keeps in mind which numbers were given. */
  readonly save: () => Promise<void>;
}

/** `undefined` when nothing was recorded of the variant. */
export async function findScope(queries: Queries, { graph, variant }: GraphRef): Promise<Scope | undefined> {
  const [row] = await queries.query('select id, hours_since from scopes where graph = ? and variant = ?', [
    graph,
    variant,
  ]);
  if (row === undefined) return undefined;
  const id = numberOf(row, 'id');
  return { id, ids: idsOf(id), hoursSince: numberOf(row, 'hours_since') };
}

/** Holds the scope of a variant, which is made where there is none. */
export async function holdScopeOf(queries: Queries, ref: GraphRef): Promise<HeldScope> {
  const { id } = (await findScope(queries, ref)) ?? (await createScope(queries, ref));
  return holdScope(queries, id);
}

/** Holds a scope that is there. */
export async function holdScope(queries: Queries, id: number): Promise<HeldScope> {
  const [row] = await queries.query('update scopes set last_id = last_id where id = ? returning last_id, hours_since', [
    id,
  ]);
  const before = numberOf(row, 'last_id');
  let last = before;
  return {
    id,
    ids: idsOf(id),
    hoursSince: numberOf(row, 'hours_since'),
    nextId: () => ++last,
    async save() {
      if (last > before) await queries.query('update scopes set last_id = ? where id = ?', [last, id]);
    },
  };
}

/** More than a scope uses up in a thousand years, and enough for two million scopes. */
const numbersOfScope = 2 ** 32;

function idsOf(scope: number): readonly [number, number] {
  return [scope * numbersOfScope, (scope + 1) * numbersOfScope];
}

async function createScope(queries: Queries, ref: GraphRef): Promise<Scope> {
  const [counter] = await queries.query(`update counters set value = value + 1 where name = 'scope' returning value`);
  const id = numberOf(counter, 'value');
  await queries.query(
    `insert into scopes (id, graph, variant, last_id, hours_since) values (?, ?, ?, ?, 0)
      on conflict (graph, variant) do nothing`,
    [id, ref.graph, ref.variant, idsOf(id)[0]],
  );
  const scope = await findScope(queries, ref);
  if (scope === undefined) throw new Error('The scope of a variant was not kept.');
  return scope;
}
