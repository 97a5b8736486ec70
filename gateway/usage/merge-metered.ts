import { mergeGroups } from '../../schema/feed/usage-group.ts';
import type { MeteredTime } from './meter.ts';

/** What several processes of one gateway have counted, as if one had. */
export function mergeMetered(times: readonly MeteredTime[], nowMs: number): MeteredTime {
  return {
    sinceMs: Math.min(nowMs, ...times.map(({ sinceMs }) => sinceMs)),
    untilMs: nowMs,
    groups: mergeGroups(times.flatMap(({ groups }) => groups)),
  };
}
