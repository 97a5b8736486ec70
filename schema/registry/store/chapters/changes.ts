import { type GraphRef, printGraphRef } from '../../../feed/graph-ref.ts';
import type { Database, StoreLog } from '../database/database.ts';
import { numberOf, textOf } from '../database/row.ts';
import type { RegistryStore } from '../registry-store.ts';
import type { ChangeMessage } from './alongside.ts';

/** Tells of changed variants, also of those whose announcement got lost. */
export function followChanges(database: Database, log: StoreLog): RegistryStore['follow'] {
  const listeners = new Set<(ref: GraphRef) => void>();
  const known = new Map<string, number>();
  let isChecking = false;
  let unfollow: (() => void) | undefined;

  const tell = (ref: GraphRef, changes: number | undefined) => {
    if (changes !== undefined) known.set(printGraphRef(ref), Math.max(changes, known.get(printGraphRef(ref)) ?? 0));
    for (const listener of listeners) {
      try {
        listener(ref);
      } catch (error) {
        log.error('A follower of the registry failed.', { error });
      }
    }
  };

  const check = async () => {
    if (isChecking) return;
    isChecking = true;
    try {
      for (const row of await database.query('select graph, variant, changes from variants')) {
        const ref: GraphRef = { graph: textOf(row, 'graph'), variant: textOf(row, 'variant') };
        const changes = numberOf(row, 'changes');
        if (changes > (known.get(printGraphRef(ref)) ?? 0)) tell(ref, changes);
      }
    } catch (error) {
      log.warn('The registry could not look for changes that it was not told of; it will look again.', { error });
    } finally {
      isChecking = false;
    }
  };

  const hear = (message: string | undefined) => {
    const change = message === undefined ? undefined : toChange(message);
    if (change === undefined) void check();
    else tell({ graph: change.graph, variant: change.variant }, change.changes);
  };

  return (listener) => {
    const own = (ref: GraphRef) => listener(ref);
    listeners.add(own);
    unfollow ??= database.follow(hear);
    return () => {
      listeners.delete(own);
      if (listeners.size > 0) return;
      unfollow?.();
      unfollow = undefined;
    };
  };
}

/** Whoever may use the database may announce something; what is none of ours is a reason to look. */
function toChange(message: string): ChangeMessage | undefined {
  try {
    const change: Partial<ChangeMessage> | null = JSON.parse(message);
    const { graph, variant, changes } = change ?? {};
    if (typeof graph !== 'string' || typeof variant !== 'string') return undefined;
    return { graph, variant, changes: typeof changes === 'number' ? changes : undefined };
  } catch {
    return undefined;
  }
}
