import type { LiveOperation } from '../live.ts';
import { showOperation } from './show.ts';

/** Leads to an operation, where it is told apart. */
export function toLink(operation: Pick<LiveOperation, 'hash' | 'name'>) {
  const { hash } = operation;
  return { text: showOperation(operation), href: hash === 'other' ? undefined : `#/operations/${hash}` };
}
