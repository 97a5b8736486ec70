import type { PlanFinding, PlanRules } from '../checks/compare-plans.ts';
import type { Registry } from './registry.ts';
import type { OperationUse } from './store/registry-store.ts';
import { listUsed, readApprovals, type Scales } from './weigh.ts';

/** Two compositions, as supergraph SDL. */
interface Compositions {
  readonly before: string;
  readonly after: string;
}

interface PlanScales extends Scales {
  /** Operations, by hash, that break by changes which pass. */
  readonly excused: ReadonlySet<string>;
}

/** What planning has found, and how much was planned. */
export interface CheckedPlans {
  readonly findings: readonly PlanFinding[];
  /** Of the operations that the change has to do with. */
  readonly planned: number;
  /** Those that there was no time for, the least used ones. */
  readonly unplanned: number;
}

/** What a check plans where there is nothing to compare. */
export const nothingPlanned: CheckedPlans = { findings: [], planned: 0, unplanned: 0 };

/** So many operations are planned at a time: a publish need not wait for all of a check, and time that is over is noticed. */
const partSize = 25;

/** A second thread has to read both compositions first, which is of no use for less. */
const operationsOfThread = 250;
const mostThreads = 2;

/** Plans the operations that a change has to do with, most used first, on two compositions, and finds those that got worse. */
export async function checkPlans(
  registry: Registry,
  compositions: Compositions,
  scales: PlanScales,
): Promise<CheckedPlans> {
  const { settings, excused } = scales;
  const { planLimits: limits, planningMs } = settings.checks;
  const operations = await readTouched(registry, compositions, scales);
  const plan = (some: readonly OperationUse[], approvals: PlanRules['approvals'] = new Map()) => {
    const rules = { limits, excused, approvalsMin: settings.approvals, approvals };
    const planned = some.map(({ hash, name, text, count }) => ({ hash, name, text, count }));
    return registry.workshop.plan({ operations: planned, ...compositions, rules });
  };
  const threads = Math.min(mostThreads, Math.ceil(operations.length / operationsOfThread));
  const parts = await planInTime(toParts(operations), plan, { threads, timeMs: planningMs });
  const findings = parts.flat();
  const planned = Math.min(parts.length * partSize, operations.length);
  const checked = { findings, planned, unplanned: operations.length - planned };

  const failing = new Map(findings.flatMap(({ hash, id, verdict }) => (verdict === 'fail' ? [[hash, id]] : [])));
  const approvals = await readApprovals(registry.store, [...failing.values()], scales);
  if (approvals.size === 0) return checked;
  // Only what has failed can have been approved.
  const again = await Promise.all(
    toParts(operations.filter(({ hash }) => failing.has(hash))).map((part) => plan(part, approvals)),
  );
  const approved = new Map(again.flat().map((finding) => [finding.hash, finding]));
  return { ...checked, findings: findings.map((finding) => approved.get(finding.hash) ?? finding) };
}

/** The most used operations that the difference may have to do with, most used first. */
async function readTouched(
  { store, workshop }: Registry,
  compositions: Compositions,
  scales: PlanScales,
): Promise<readonly OperationUse[]> {
  const { plannedOperations } = scales.settings.checks;
  if (compositions.before === compositions.after || plannedOperations === 0) return [];
  const operations = (await listUsed(store, scales)).slice(0, plannedOperations);
  if (operations.length === 0) return [];
  const places = await workshop.touched({
    operations: operations.map(({ coordinates }) => coordinates),
    ...compositions,
  });
  return places.flatMap((place) => operations[place] ?? []);
}

/** What came of the parts, in their order, that were begun in time; of the first ones however little time there is. */
async function planInTime<Part, Found>(
  parts: readonly Part[],
  plan: (part: Part) => Promise<Found>,
  { threads, timeMs }: { readonly threads: number; readonly timeMs: number },
): Promise<readonly Found[]> {
  const untilMs = performance.now() + timeMs;
  const found: Found[] = [];
  let next = 0;
  const work = async () => {
    do {
      const index = next++;
      const part = parts[index];
      if (part === undefined) return;
      found[index] = await plan(part);
    } while (performance.now() < untilMs);
  };
  await Promise.all(Array.from({ length: threads }, work));
  return found;
}

function toParts(operations: readonly OperationUse[]): readonly (readonly OperationUse[])[] {
  return Array.from({ length: Math.ceil(operations.length / partSize) }, (_, index) =>
    operations.slice(index * partSize, (index + 1) * partSize),
  );
}
