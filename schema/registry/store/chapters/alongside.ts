import { type GraphRef, printGraphRef } from '../../../feed/graph-ref.ts';
import type { Transaction } from '../database/database.ts';
import { numberOf, optionalNumberOf } from '../database/row.ts';
import { insertRows } from '../database/rows.ts';
import type { Alongside } from '../registry-store.ts';

/** More that wait for webhooks are not kept: the oldest go. */
const eventsMost = 10_000;

/**
 * Writes what is kept together with a change, and tells followers of the variants that it is about. It is the last of a transaction:
 * what it locks, all others need as well.
 */
export async function keepAlongside(
  transaction: Transaction,
  { audit, events = [] }: Alongside,
  changed: readonly GraphRef[] = [],
): Promise<void> {
  await announceChanges(transaction, [...changed, ...events.map(({ ref }) => ref)]);
  const lines = 1 + events.length;
  const [counter] = await transaction.query(
    `update counters set value = value + ? where name = 'log' returning value`,
    [lines],
  );
  const last = numberOf(counter, 'value');
  const { at, author, action, ref, details } = audit;
  await transaction.query(
    'insert into audit (id, at, author, action, graph, variant, details) values (?, ?, ?, ?, ?, ?, ?)',
    [last - events.length, at, JSON.stringify(author), action, ref?.graph, ref?.variant, JSON.stringify(details)],
  );
  if (events.length === 0) return;
  await insertRows(
    transaction,
    'insert into events (id, at, kind, graph, variant, details)',
    events.map((event, index) => [
      last - events.length + 1 + index,
      at,
      event.kind,
      event.ref.graph,
      event.ref.variant,
      JSON.stringify(event.details),
    ]),
  );
  await transaction.query('delete from events where id <= ?', [last - eventsMost]);
}

/** What is told of a variant that has changed. */
export interface ChangeMessage extends GraphRef {
  /** How often it has; `undefined` for a variant that is not there. */
  readonly changes: number | undefined;
}

async function announceChanges(transaction: Transaction, refs: readonly GraphRef[]): Promise<void> {
  const byName = new Map(refs.map((ref) => [printGraphRef(ref), ref]));
  for (const [, { graph, variant }] of [...byName].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [row] = await transaction.query(
      'update variants set changes = changes + 1 where graph = ? and variant = ? returning changes',
      [graph, variant],
    );
    const message: ChangeMessage = { graph, variant, changes: optionalNumberOf(row, 'changes') };
    await transaction.announce(JSON.stringify(message));
  }
}
