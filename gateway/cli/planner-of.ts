import type { Planner } from '../../schema/checks/compare-plans.ts';
import type { PlannerOf } from '../../schema/registry/work/kept-supergraph.ts';
import { costSection } from '../config/cost.ts';
import { limitsSection } from '../config/limits.ts';
import { GatewayError } from '../errors.ts';
import { createCompiledEngine } from '../execute/compiled-engine.ts';
import { createOperationReader } from '../operation/read-operation.ts';
import { countPlan } from '../plan/count-plan.ts';
import { createCost } from '../policy/cost/cost.ts';
import { noLog } from '../telemetry/no-telemetry.ts';

/** What gateways have run is planned, whatever their limits. */
const unlimited = 1_000_000;
const limits = limitsSection.parse({
  tokens: unlimited,
  depth: 200,
  aliases: unlimited,
  rootFields: unlimited,
  selections: unlimited,
  directives: unlimited,
  listLength: unlimited,
  inputDepth: 200,
  cachedOperations: 1,
});

/** Plans operations on a supergraph as a gateway with the default configuration does. */
export const plannerOf: PlannerOf = (supergraph, schema): Planner => {
  const readOperation = createOperationReader({ schema, limits, introspection: true, suggestions: false });
  const cost = createCost({ supergraph, schema, config: costSection.parse({}), log: noLog });
  const engine = createCompiledEngine({
    supergraph,
    publicSchema: schema,
    transportOf: (subgraph) => {
      throw new Error(`Nothing is asked of ${subgraph}.`);
    },
    subgraphMessages: 'masked',
    overrideLabels: [],
    log: noLog,
  });
  return ({ name, text }) => {
    try {
      const operation = readOperation({ query: text, operationName: name }, { method: 'POST' });
      const counts = countPlan(engine.planOf?.({ operation, variables: {} }));
      return { kind: 'planned', facts: { ...counts, cost: cost.estimateOf(operation, {}) } };
    } catch (error) {
      // Whatever it is, it would fail for the clients that send it.
      const message = error instanceof GatewayError ? error.message : 'The operation cannot be planned.';
      return { kind: 'failed', message };
    }
  };
};
