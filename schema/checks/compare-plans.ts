import { createHash } from 'node:crypto';
import { formatNumber } from './numbers.ts';

/** What running an operation takes. */
export interface PlanFacts {
  /** Requests to subgraphs. */
  readonly fetches: number;
  /** Requests one after the other, at the longest. */
  readonly waves: number;
  readonly cost: number;
}

/** How an operation does on one composition. */
export type PlanOutcome =
  | { readonly kind: 'planned'; readonly facts: PlanFacts }
  /** It is not valid there, or cannot be planned; a sentence. */
  | { readonly kind: 'failed'; readonly message: string };

/** A recorded operation that is planned again. */
export interface PlannedOperation {
  readonly hash: string;
  readonly name: string | undefined;
  readonly text: string;
  /** How often it was sent. */
  readonly count: number;
}

/** Plans an operation on one composition. Must not throw. */
export type Planner = (operation: PlannedOperation) => PlanOutcome;

/** The most that a figure may rise; a figure that rises by more than any of what is given fails. */
interface RiseLimit {
  readonly by?: number;
  /** Of the former figure. */
  readonly percent?: number;
}

/** When a finding fails the check. */
export interface PlanRules {
  readonly limits?: Readonly<Partial<Record<keyof PlanFacts, RiseLimit>>>;
  /** Operations, by hash, that a change breaks which passed: what is said of it is said of them. */
  readonly excused?: ReadonlySet<string>;
  /** Who approved a finding, by its id. */
  readonly approvals?: ReadonlyMap<string, readonly string[]>;
  /** How many must have approved it. */
  readonly approvalsMin?: number;
}

/** An operation that takes more on the new composition than on the former, or does not run there at all. */
export interface PlanFinding {
  /** The same whenever the same operation gets worse in the same way: 12 hex digits. */
  readonly id: string;
  readonly kind: 'costlier' | 'invalid';
  readonly hash: string;
  readonly name: string | undefined;
  readonly count: number;
  readonly before: PlanFacts;
  /** `undefined` for one that is invalid. */
  readonly after: PlanFacts | undefined;
  readonly verdict: 'pass' | 'fail';
  /** Why, as a sentence. */
  readonly reason: string;
  readonly approvedBy: readonly string[];
}

/**
 * Plans operations on two compositions and finds those that got worse, in the order that they are given. Operations that did
 * not run before are passed over. Findings of parts of a list can be joined, so that a long one need not be done at a time.
 */
export function comparePlans(
  operations: readonly PlannedOperation[],
  before: Planner,
  after: Planner,
  rules: PlanRules = {},
): readonly PlanFinding[] {
  return operations.flatMap((operation) => {
    const former = before(operation);
    if (former.kind === 'failed') return [];
    const draft = compare(former.facts, after(operation), rules.limits ?? {});
    return draft === undefined ? [] : [toFinding(operation, former.facts, draft, rules)];
  });
}

type Draft = Pick<PlanFinding, 'kind' | 'after' | 'verdict' | 'reason'>;

const words = { fetches: 'requests to subgraphs', waves: 'waves of requests', cost: 'cost' } as const;
const figures = ['fetches', 'waves', 'cost'] as const;

function compare(before: PlanFacts, outcome: PlanOutcome, limits: NonNullable<PlanRules['limits']>): Draft | undefined {
  if (outcome.kind === 'failed') return { kind: 'invalid', after: undefined, verdict: 'fail', reason: outcome.message };
  const after = outcome.facts;
  const risen = figures.filter((figure) => after[figure] > before[figure]);
  if (risen.length === 0) return undefined;
  const excess = risen.filter((figure) => isOver(before[figure], after[figure], limits[figure]));
  const tell = (figure: keyof PlanFacts) =>
    `${words[figure]} rose from ${formatNumber(before[figure])} to ${formatNumber(after[figure])}`;
  const [shown, end] = excess.length > 0 ? [excess, 'more than is allowed'] : [risen, 'as much as is allowed'];
  const list = shown.map(tell).join(', ');
  const reason = `${list.charAt(0).toUpperCase()}${list.slice(1)}: ${end}.`;
  return { kind: 'costlier', after, verdict: excess.length > 0 ? 'fail' : 'pass', reason };
}

function isOver(before: number, after: number, limit: RiseLimit = {}): boolean {
  const rise = after - before;
  const { by = Number.POSITIVE_INFINITY, percent } = limit;
  return rise > by || (percent !== undefined && rise * 100 > before * percent);
}

function toFinding(
  { hash, name, count }: PlannedOperation,
  before: PlanFacts,
  draft: Draft,
  { excused, approvals, approvalsMin = 1 }: PlanRules,
): PlanFinding {
  const digest = createHash('sha256').update(JSON.stringify([draft.kind, hash, draft.after ?? draft.kind]));
  const id = digest.digest('hex').slice(0, 12);
  const approvedBy = approvals?.get(id) ?? [];
  const finding = { id, hash, name, count, before, ...draft, approvedBy };
  if (draft.verdict === 'pass') return finding;
  if (approvedBy.length >= Math.max(1, approvalsMin)) {
    return { ...finding, verdict: 'pass', reason: `Approved by ${approvedBy.join(', ')}: ${draft.reason}` };
  }
  if (draft.kind === 'invalid' && excused?.has(hash)) {
    return { ...finding, verdict: 'pass', reason: `Broken by a change that passed: ${draft.reason}` };
  }
  return finding;
}
