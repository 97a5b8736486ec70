import type { Change } from '../checks/change.ts';
import { countOf } from '../checks/numbers.ts';
import type { WeighedChange } from '../checks/weigh-changes.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import { type Scales, weigh } from './weigh.ts';

const wouldBreak = 'would break clients. Keep what they use, or have it approved';
const mayBreak =
  'may break clients: no usage was recorded that could tell. Have it approved, or allow breaking changes if there is no client yet';

/** Who is told of a refusal reads so many changes, and so many clients and operations of each. */
const mostChanges = 200;
const mostUsers = 20;

/**
 * Lets nothing pass that breaks clients who are really there, nor what breaks operations without the approvals that the variant asks for.
 * @throws Refusal `BREAKING_CHANGE`, `APPROVALS_MISSING`
 */
export async function assertHarmless(
  { store, now }: Registry,
  changes: readonly Change[],
  scales: Omit<Scales, 'now'>,
): Promise<void> {
  const { approvals, refuseBreaking } = scales.settings;
  const weighed = await weigh(store, changes, { ...scales, now: now() });
  const harmful = weighed.filter(({ verdict }) => verdict === 'fail');
  const isKnown = harmful.some(({ clients }) => clients.length > 0);
  // Where others have to consent anyway, they know best whether there is a client.
  if (refuseBreaking && harmful.length > 0 && (isKnown || approvals === 0)) {
    throw refuse('BREAKING_CHANGE', harmful, isKnown ? wouldBreak : mayBreak);
  }
  const unapproved = weighed.filter(({ level, approvedBy }) => level === 'breaking' && approvedBy.length < approvals);
  if (unapproved.length === 0) return;
  const needed = countOf(approvals, 'approval');
  throw refuse('APPROVALS_MISSING', unapproved, `may only be published with ${needed} by others than its author`);
}

function refuse(
  code: 'BREAKING_CHANGE' | 'APPROVALS_MISSING',
  changes: readonly WeighedChange[],
  what: string,
): Refusal {
  const count = countOf(changes.length, 'breaking change');
  const shown = changes.slice(0, mostChanges).map(({ uses: _, clients, operations, ...change }) => ({
    ...change,
    clients: clients.slice(0, mostUsers),
    operations: operations.slice(0, mostUsers),
  }));
  return new Refusal(code, `${count} ${what}.`, { details: { changes: shown, changeCount: changes.length } });
}
