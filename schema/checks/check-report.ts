import type { LintFinding } from '../subgraph/lint/lint-finding.ts';
import type { Problem } from '../supergraph/problem.ts';
import type { PlanFinding } from './compare-plans.ts';
import type { WeighedChange } from './weigh-changes.ts';

/** What a check looked at. */
export interface CheckSubject {
  /** Such as `shop@production`. */
  readonly graph: string;
  readonly subgraph: string;
  /** The version that it was checked against; `undefined` before the first. */
  readonly base: number | undefined;
}

/** What a check found. */
export interface CheckFindings {
  /** Why the subgraphs do not compose; then there are no changes and no plans. */
  readonly problems: readonly Problem[];
  /** What composition would do better, though it works. */
  readonly hints: readonly Problem[];
  readonly lint: readonly LintFinding[];
  readonly changes: readonly WeighedChange[];
  readonly plans: readonly PlanFinding[];
  /** How many operations the change has to do with that were planned. */
  readonly planned?: number;
  /** How many there was no time for. */
  readonly unplanned?: number;
}

/** The whole of what a check says, as JSON. Lists are cut where they are very long, what fails comes first, and counts are of all. */
export interface CheckReport extends CheckSubject, Omit<CheckFindings, 'planned' | 'unplanned'> {
  readonly verdict: 'passed' | 'failed';
  readonly counts: CheckCounts;
}

/** How much was found. */
interface CheckCounts {
  readonly problems: number;
  readonly hints: number;
  readonly lintErrors: number;
  readonly lintWarnings: number;
  readonly breakingChanges: number;
  readonly dangerousChanges: number;
  readonly safeChanges: number;
  /** Of the breaking ones. */
  readonly failingChanges: number;
  readonly worsePlans: number;
  /** Of the worse ones. */
  readonly failingPlans: number;
  /** Operations that the change has to do with and that were planned; missing in old reports, as the next one. */
  readonly plannedOperations?: number | undefined;
  /** Operations that it has to do with too, which were sent less often and not planned for lack of time. */
  readonly unplannedOperations?: number | undefined;
}

/** Most entries of a list, and most clients and operations of a change: what somebody might read. */
const listMax = 2_000;
const usersMax = 20;

/** Makes the report of what was found: passed when nothing in it fails. */
export function createCheckReport(subject: CheckSubject, findings: CheckFindings): CheckReport {
  const { problems, hints, lint, changes, plans } = findings;
  const counts = countFindings(findings);
  const { problems: wrong, lintErrors, failingChanges, failingPlans } = counts;
  return {
    ...subject,
    verdict: wrong + lintErrors + failingChanges + failingPlans > 0 ? 'failed' : 'passed',
    counts,
    problems: problems.slice(0, listMax),
    hints: hints.slice(0, listMax),
    lint: failingFirst(lint, ({ severity }) => severity === 'error'),
    changes: failingFirst(changes, isFailing).map(({ clients, operations, ...change }) => ({
      ...change,
      clients: clients.slice(0, usersMax),
      operations: operations.slice(0, usersMax),
    })),
    plans: failingFirst(plans, isFailing),
  };
}

function countFindings(findings: CheckFindings): CheckCounts {
  const { problems, hints, lint, changes, plans, planned = 0, unplanned = 0 } = findings;
  const lintErrors = lint.filter(({ severity }) => severity === 'error').length;
  const levelled = (level: WeighedChange['level']) => changes.filter((change) => change.level === level).length;
  return {
    problems: problems.length,
    hints: hints.length,
    lintErrors,
    lintWarnings: lint.length - lintErrors,
    breakingChanges: levelled('breaking'),
    dangerousChanges: levelled('dangerous'),
    safeChanges: levelled('safe'),
    failingChanges: changes.filter(isFailing).length,
    worsePlans: plans.length,
    failingPlans: plans.filter(isFailing).length,
    plannedOperations: planned,
    unplannedOperations: unplanned,
  };
}

function isFailing({ verdict }: { readonly verdict: 'pass' | 'fail' }): boolean {
  return verdict === 'fail';
}

function failingFirst<Finding>(findings: readonly Finding[], fails: (finding: Finding) => boolean): readonly Finding[] {
  return [...findings.filter(fails), ...findings.filter((finding) => !fails(finding))].slice(0, listMax);
}
