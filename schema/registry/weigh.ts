import type { Change } from '../checks/change.ts';
import { coordinatesToWeigh, type RecordedUsage, type WeighedChange, weighChanges } from '../checks/weigh-changes.ts';
import type { GraphRef } from '../feed/graph-ref.ts';
import type { Author, VariantSettings } from './model.ts';
import type { OperationUse, RegistryStore } from './store/registry-store.ts';
import { dayMs } from './store/usage/period.ts';
import { readUses } from './usage/read-uses.ts';

/** Whose changes are weighed, of what, and by which rules. */
export interface Scales {
  readonly ref: GraphRef;
  readonly settings: VariantSettings;
  readonly author: Author;
  /** Whether the author wants what breaks nobody that is known to pass where no usage was recorded. */
  readonly allowBreaking?: boolean | undefined;
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** The most used operations, when somebody has read them before. */
  readonly operations?: readonly OperationUse[];
}

/** A check plans no more. */
const mostOperations = 10_000;

/** The operations that count for changes, most used first. */
export async function listUsed(
  store: RegistryStore,
  { ref, settings, now, operations }: Scales,
): Promise<readonly OperationUse[]> {
  return operations ?? (await store.listOperations(ref, now - settings.usageDays * dayMs, mostOperations));
}

/** Says of changes whom of those who are really there they would break, and who approved them. */
export async function weigh(
  store: RegistryStore,
  changes: readonly Change[],
  scales: Scales,
): Promise<readonly WeighedChange[]> {
  const { settings, allowBreaking } = scales;
  const { approvals: approvalsMin, checks } = settings;
  const breaking = changes.filter(({ level }) => level === 'breaking');
  const usage = breaking.length === 0 ? noUsage : await readUsage(store, breaking, scales);
  const approvals = await readApprovals(
    store,
    breaking.map(({ id }) => id),
    scales,
  );
  const { usesMin, shareMin, ignoredClients } = checks;
  const unknownUsage = allowBreaking === true ? 'pass' : checks.unknownUsage;
  return weighChanges(changes, usage, {
    ...{ usesMin, shareMin, ignoredClients, unknownUsage },
    ...{ approvals, approvalsMin },
  });
}

/** By change, the names of those who approved it; an author's own approval does not count. */
export async function readApprovals(
  store: RegistryStore,
  changes: readonly string[],
  { ref, author }: Pick<Scales, 'ref' | 'author'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const approvals = changes.length === 0 ? [] : await store.listApprovals(ref, changes);
  const names = new Map<string, Map<string | undefined, string>>();
  for (const { change, author: approver } of approvals) {
    if (approver.token === author.token) continue;
    names.set(change, (names.get(change) ?? new Map()).set(approver.token, approver.name));
  }
  return new Map([...names].map(([change, byToken]) => [change, [...byToken.values()]]));
}

const noUsage: RecordedUsage = { lookup: () => [], operationCount: 0, days: 0 };

async function readUsage(store: RegistryStore, changes: readonly Change[], scales: Scales): Promise<RecordedUsage> {
  const { ref, settings, now } = scales;
  const days = settings.usageDays;
  const operations = await listUsed(store, scales);
  const wanted = coordinatesToWeigh(changes);
  const { coordinates, operationCount } = await readUses(store, ref, now - days * dayMs, wanted, operations);
  return { lookup: () => coordinates, operationCount, days };
}
