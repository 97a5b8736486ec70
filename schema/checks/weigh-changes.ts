import type { Change } from './change.ts';
import { isClientNamed } from './is-client-named.ts';
import { countOf, formatNumber } from './numbers.ts';
import type { ClientUse, CoordinateUse, OperationUse, UsageLookup } from './usage.ts';

/** A change with what it would do to clients that are really there. */
export interface WeighedChange extends Change {
  readonly verdict: 'pass' | 'fail';
  /** Why, as a sentence. */
  readonly reason: string;
  /** Who used what a breaking change breaks, most uses first; without those that are ignored. */
  readonly clients: readonly ClientUse[];
  /** With which operations, most uses first. */
  readonly operations: readonly OperationUse[];
  readonly approvedBy: readonly string[];
}

/** What is known of a variant's clients. */
export interface RecordedUsage {
  /** Limited to the last `days`. */
  readonly lookup: UsageLookup;
  /** All operations of that time: what shares are of. 0 when nothing was recorded. */
  readonly operationCount: number;
  readonly days: number;
}

/** When a breaking change passes. */
export interface WeighRules {
  /** It was used less often than this. */
  readonly usesMin?: number;
  /** It was used by a smaller share of all operations than this, from 0 to 1. */
  readonly shareMin?: number;
  /** Only these clients used it: `name` or `name@version`, where `*` stands for any characters. */
  readonly ignoredClients?: readonly string[];
  /** What becomes of it where nothing was recorded at all, so that nobody knows who would break. Default: `fail`. */
  readonly unknownUsage?: 'fail' | 'pass';
  /** Who approved it, by its id. */
  readonly approvals?: ReadonlyMap<string, readonly string[]>;
  /** How many must have approved it. */
  readonly approvalsMin?: number;
}

/** The coordinates whose uses weighing asks for: what to fetch before, where the record is elsewhere. */
export function coordinatesToWeigh(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.flatMap((change) => change.uses))];
}

/** The operations, by hash, that break by changes which passed all the same: what `PlanRules.excused` takes. */
export function excusedOperations(weighed: readonly WeighedChange[]): ReadonlySet<string> {
  const passed = weighed.filter(({ level, verdict }) => level === 'breaking' && verdict === 'pass');
  return new Set(passed.flatMap((change) => change.operations.map(({ hash }) => hash)));
}

/**
 * Says of each change whether it may be published: a breaking one only when nobody that counts used what it breaks, or when it
 * was approved. Pure but for the lookup, which is asked once.
 */
export function weighChanges(
  changes: readonly Change[],
  usage: RecordedUsage,
  rules: WeighRules = {},
): readonly WeighedChange[] {
  const coordinates = coordinatesToWeigh(changes);
  const found = coordinates.length === 0 ? [] : usage.lookup(coordinates);
  const uses = new Map(found.map((use) => [use.coordinate, use]));
  return changes.map((change): WeighedChange => {
    if (change.level !== 'breaking') {
      const reason = change.level === 'safe' ? 'Breaks nobody.' : 'Breaks no operation, but may surprise a client.';
      return { ...change, verdict: 'pass', reason, clients: [], operations: [], approvedBy: [] };
    }
    return weighBreaking(
      change,
      change.uses.flatMap((coordinate) => uses.get(coordinate) ?? []),
      usage,
      rules,
    );
  });
}

function weighBreaking(
  change: Change,
  uses: readonly CoordinateUse[],
  { operationCount, days }: RecordedUsage,
  rules: WeighRules,
): WeighedChange {
  const { usesMin = 1, shareMin = 0, ignoredClients = [], approvals, approvalsMin = 1, unknownUsage } = rules;
  const everyone = merge(
    uses.flatMap((use) => use.clients),
    ({ name, version }) => JSON.stringify([name, version]),
  );
  const clients = everyone.filter((client) => !ignoredClients.some((pattern) => isClientNamed(client, pattern)));
  const count = clients.reduce((sum, client) => sum + client.count, 0);
  const operations = merge(
    uses.flatMap((use) => use.operations),
    ({ hash }) => hash,
  );
  const approvedBy = approvals?.get(change.id) ?? [];
  const weighed = { ...change, clients, operations, approvedBy };
  const pass = (reason: string): WeighedChange => ({ ...weighed, verdict: 'pass', reason });
  const fail = (reason: string): WeighedChange => ({ ...weighed, verdict: 'fail', reason });

  if (approvedBy.length >= Math.max(1, approvalsMin)) return pass(`Approved by ${approvedBy.join(', ')}.`);
  const missing =
    approvedBy.length === 0 ? '' : ` It has ${approvedBy.length} of the ${approvalsMin} approvals it needs.`;
  const period = days === 1 ? 'in the last day' : `in the last ${days} days`;
  if (operationCount === 0) {
    const nothing = `No usage was recorded ${period}`;
    if (unknownUsage === 'pass') return pass(`${nothing}, and where nobody is known to break it may be published.`);
    return fail(`${nothing}, so nobody knows who would break.${missing}`);
  }
  if (everyone.length === 0) return pass(`Not used ${period}.`);
  if (clients.length === 0) return pass(`Used ${period} only by clients that are ignored.`);
  const told = `Used ${times(count)} ${period} by ${countOf(clients.length, 'client')}`;
  if (count < usesMin) return pass(`${told}; fewer than ${formatNumber(usesMin)} do not count.`);
  const share = Math.min(1, count / operationCount);
  if (share < shareMin) {
    return pass(`${told}, ${percent(share)} of all operations; less than ${percent(shareMin)} does not count.`);
  }
  return fail(`${told}.${missing}`);
}

function merge<Use extends { readonly count: number }>(
  uses: readonly Use[],
  keyOf: (use: Use) => string,
): readonly Use[] {
  const merged = new Map<string, Use>();
  for (const use of uses) {
    const key = keyOf(use);
    merged.set(key, { ...use, count: use.count + (merged.get(key)?.count ?? 0) });
  }
  return [...merged].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1)).map(([, use]) => use);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${formatNumber(count)} times`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
