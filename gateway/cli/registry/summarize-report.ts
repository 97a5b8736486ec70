import type { CheckReport } from '../../../schema/checks/check-report.ts';
import { countOf } from '../../../schema/checks/numbers.ts';

/** What a check found, in a few words. */
export function summarizeReport({ counts }: Pick<CheckReport, 'counts'>): string {
  const { problems, failingChanges, breakingChanges, dangerousChanges, safeChanges, ...others } = counts;
  const passing = breakingChanges - failingChanges;
  const parts = [
    tell(problems, 'composition problem'),
    tell(failingChanges, 'breaking change'),
    passing > 0 && `${tell(passing, 'breaking change')} that ${passing === 1 ? 'passes' : 'pass'}`,
    tell(dangerousChanges, 'dangerous change'),
    tell(safeChanges, 'safe change'),
    tell(others.failingPlans, 'operation that gets too costly or fails', 'operations that get too costly or fail'),
    tell(others.lintErrors, 'lint error'),
    tell(others.lintWarnings, 'lint warning'),
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'clients see no difference' : parts.join(', ');
}

function tell(count: number, one: string, many = `${one}s`): string | false {
  return count > 0 && countOf(count, one, many);
}
