import type { PlanFinding, PlanRules } from '../checks/compare-plans.ts';
import type { Registry } from './registry.ts';
import type { OperationUse } from './store/registry-store.ts';
import { dayMs } from './store/usage/period.ts';
import { readApprovals, type Scales } from './weigh.ts';
import type { RecordedPlan } from './work/task.ts';

/** Two compositions, as supergraph SDL. */
interface Compositions {
  readonly before: string;
  readonly after: string;
}

interface PlanScales extends Scales {
  /** Operations, by hash, that break by changes which pass. */
  readonly excused: ReadonlySet<string>;
}

/** So many operations are planned at a time, so that a publish need not wait for all of a check. */
const partSize = 500;

/** Plans the most used operations on two compositions, and finds those that got worse. */
export async function checkPlans(
  { store, workshop }: Registry,
  { before, after }: Compositions,
  scales: PlanScales,
): Promise<readonly PlanFinding[]> {
  const { ref, settings, now, excused } = scales;
  const { plannedOperations, planLimits: limits } = settings.checks;
  if (before === after || plannedOperations === 0) return [];
  const operations = await store.listOperations(ref, now - settings.usageDays * dayMs, plannedOperations);
  const compare = async (some: readonly OperationUse[], approvals: PlanRules['approvals'] = new Map()) => {
    const rules = { limits, excused, approvalsMin: settings.approvals, approvals };
    const findings = toParts(some).map((part) => workshop.plan({ operations: part, before, after, rules }));
    return (await Promise.all(findings)).flat();
  };
  const findings = await compare(operations);
  const failing = new Map(findings.flatMap(({ hash, id, verdict }) => (verdict === 'fail' ? [[hash, id]] : [])));
  const approvals = await readApprovals(store, [...failing.values()], scales);
  if (approvals.size === 0) return findings;
  // Only what has failed can have been approved.
  const again = await compare(
    operations.filter(({ hash }) => failing.has(hash)),
    approvals,
  );
  const approved = new Map(again.map((finding) => [finding.hash, finding]));
  return findings.map((finding) => approved.get(finding.hash) ?? finding);
}

function toParts(operations: readonly OperationUse[]): readonly (readonly RecordedPlan[])[] {
  return Array.from({ length: Math.ceil(operations.length / partSize) }, (_, index) =>
    operations
      .slice(index * partSize, (index + 1) * partSize)
      .map(({ hash, name, text, count, coordinates }) => ({ hash, name, text, count, coordinates })),
  );
}
