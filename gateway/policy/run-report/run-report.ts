import type { Cost } from '../cost/cost.ts';
import type { Policy } from '../policy.ts';
import type { DescribeRun } from '../trace-report/trace-report.ts';

/**
 * Tells in `extensions.explained` of an answer how its operation was answered, fetch by fetch, and what it cost, to those who may know
 * and ask for it. Of the events of a subscription, the first has it.
 */
export function createRunReport(describeRun: DescribeRun, costs: () => Cost): Policy {
  return {
    name: 'runReport',
    enforce(request) {
      const { operation, variables } = request;
      let { fetchRuns } = request;
      if (fetchRuns === undefined) return {};
      return {
        onAnswer(answer, onHeader) {
          if (answer === undefined || fetchRuns === undefined) return answer;
          const runs = fetchRuns;
          fetchRuns = undefined;
          const { estimateOf, actualOf } = costs();
          const cost = {
            estimated: estimateOf(operation, variables),
            actual: actualOf(operation, variables, answer),
          };
          const plan = describeRun(request, (step) => runs.get(step));
          onHeader?.('cache-control', 'no-store');
          return { ...answer, extensions: { ...answer.extensions, explained: { plan, cost } } };
        },
      };
    },
  };
}
