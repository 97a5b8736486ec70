import { createApprovalChapter } from './chapters/approvals.ts';
import { followChanges } from './chapters/changes.ts';
import { createCheckChapter } from './chapters/checks.ts';
import { createDocumentChapter } from './chapters/documents.ts';
import { createLogChapter } from './chapters/log.ts';
import { createOwnerChapter } from './chapters/owners.ts';
import { createTokenChapter } from './chapters/tokens.ts';
import { createVariantChapter } from './chapters/variants.ts';
import { createVersionChapter } from './chapters/versions.ts';
import type { Database, StoreLog } from './database/database.ts';
import type { RegistryStore } from './registry-store.ts';
import { createUsageChapter } from './usage/usage-chapter.ts';

interface RegistryStoreOptions {
  /** With all tables, see `migrate`. */
  readonly database: Database;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: StoreLog;
}

/** The store in a database, which is closed with it. */
export function createRegistryStore({ database, now, log }: RegistryStoreOptions): RegistryStore {
  return {
    ...createVariantChapter(database),
    ...createVersionChapter(database),
    ...createOwnerChapter(database),
    ...createTokenChapter(database),
    ...createApprovalChapter(database),
    ...createCheckChapter(database),
    ...createLogChapter(database),
    ...createDocumentChapter(database),
    ...createUsageChapter(database, now),
    follow: followChanges(database, log),
    withLease: (name, work) => database.withLease(name, work),
    close: () => database.close(),
  };
}
