import { formatNumber } from '../../../schema/checks/numbers.ts';
import type { ClientUse, OperationUse } from '../../../schema/checks/usage.ts';
import type { WeighedChange } from '../../../schema/checks/weigh-changes.ts';

/** Something that is told of a schema, in columns, with more below it. */
export interface Finding {
  readonly verdict: 'fail' | 'warn' | 'pass' | 'note';
  readonly cells: readonly string[];
  readonly details: readonly string[];
}

const mostUsers = 5;

/** A change with why it passes or fails, and whom it would break. */
export function toFinding({ id, verdict, level, message, reason, clients, operations }: WeighedChange): Finding {
  const cells = [id, level, message];
  if (level === 'safe') return { verdict: 'note', cells, details: [] };
  const details = [reason, ...tellUsers('clients', clients), ...tellUsers('operations', operations)];
  return { verdict: verdict === 'pass' && level === 'dangerous' ? 'warn' : verdict, cells, details };
}

function tellUsers(title: string, users: readonly (ClientUse | OperationUse)[]): readonly string[] {
  if (users.length === 0) return [];
  const named = users.slice(0, mostUsers).map((user) => `${nameOf(user)} (${formatNumber(user.count)})`);
  const rest = users.length - named.length;
  return [`${title}: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`];
}

function nameOf(user: ClientUse | OperationUse): string {
  return 'hash' in user ? (user.name ?? user.hash.slice(0, 12)) : `${user.name} ${user.version}`.trim();
}
