import type { DeprecationsConfig } from '../../config/deprecations.ts';

/** When a brownout that is on at `nowMs` ends, in milliseconds since the epoch; `undefined` when it is not on. */
export function endOfBrownout(
  { from, for: lastsMs, every }: DeprecationsConfig['brownouts'][number],
  nowMs: number,
): number | undefined {
  if (nowMs < from) return undefined;
  const sinceMs = nowMs - from;
  const turnMs = every === undefined ? sinceMs : sinceMs % every;
  return turnMs < lastsMs ? nowMs - turnMs + lastsMs : undefined;
}
