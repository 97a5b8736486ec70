import type { Database } from '../database/database.ts';
import type { RegistryStore } from '../registry-store.ts';
import { addUsage } from './add-usage.ts';
import { expireUsage } from './expire-usage.ts';
import { readFigures } from './figures.ts';
import { readGroups } from './read-groups.ts';
import { countUses, listOperations } from './read-operations.ts';
import { readUses } from './read-uses.ts';
import { findScope } from './scope.ts';

type UsageChapter = Pick<
  RegistryStore,
  'addUsage' | 'readUses' | 'countUses' | 'listOperations' | 'hasUsage' | 'readFigures' | 'readGroups' | 'expireUsage'
>;

/** What clients have sent. */
export function createUsageChapter(database: Database, now: () => number): UsageChapter {
  return {
    addUsage: (ref, report) => addUsage(database, ref, report, now()),
    readUses: (ref, from, coordinates) => readUses(database, ref, from, coordinates),
    countUses: (ref, from) => countUses(database, ref, from),
    listOperations: (ref, from, limit) => listOperations(database, ref, from, limit),
    hasUsage: async (ref) => (await findScope(database, ref)) !== undefined,
    readFigures: (ref, from, versions) => readFigures(database, ref, { from, versions, now: now() }),
    readGroups: (ref, question) => readGroups(database, ref, question),
    expireUsage: (at, retention) => expireUsage(database, at, retention),
  };
}
