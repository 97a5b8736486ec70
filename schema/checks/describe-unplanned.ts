import type { CheckReport } from './check-report.ts';
import { countOf, formatNumber } from './numbers.ts';

/** A sentence on operations that there was no time to plan; `undefined` when all were planned that a change has to do with. */
export function describeUnplanned({
  plannedOperations = 0,
  unplannedOperations = 0,
}: CheckReport['counts']): string | undefined {
  if (unplannedOperations === 0) return undefined;
  const all = countOf(plannedOperations + unplannedOperations, 'operation');
  return `The change has to do with ${all}: there was time to plan the ${formatNumber(plannedOperations)} that are sent most.`;
}
