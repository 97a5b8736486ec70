import { printGraphRef } from '../../../schema/feed/graph-ref.ts';
import type { AnsweredVersion } from './answer-shapes.ts';

/** What made a version, in a few words. */
export function describeCause({ kind, subgraph, to, from, version }: AnsweredVersion['cause']): string {
  switch (kind) {
    case 'rollback':
      return `rollback to ${to}`;
    case 'promote':
      return `promote ${from === undefined ? '' : printGraphRef(from)} ${version}`;
    case 'contract':
      return `contract of ${version}`;
    default:
      return subgraph === undefined ? kind : `${kind} ${subgraph}`;
  }
}
