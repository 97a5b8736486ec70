import { buildSchema } from 'graphql';
import { type CostConfig, costSection } from '../../../../gateway/config/cost.ts';
import { limitsSection } from '../../../../gateway/config/limits.ts';
import { coerceVariables } from '../../../../gateway/operation/coerce-variables.ts';
import type { Operation } from '../../../../gateway/operation/operation.ts';
import { createOperationReader } from '../../../../gateway/operation/read-operation.ts';
import { type Cost, type CostOptions, createCost } from '../../../../gateway/policy/cost/cost.ts';
import { compose } from '../../../../schema/compose/compose.ts';
import { readSupergraph } from '../../../../schema/supergraph/read.ts';
import type { Supergraph } from '../../../../schema/supergraph/supergraph.ts';
import { createRecordingLogger, type LogLine } from '../../../support/recording-logger.ts';

export interface CostHarness {
  readonly cost: Cost;
  readonly lines: readonly LogLine[];
  readonly read: (text: string) => Operation;
  /** What an operation is estimated to cost. */
  readonly estimate: (text: string, variables?: Record<string, unknown>) => number;
  /** Coerced variables. */
  readonly coerce: (operation: Operation, variables?: Record<string, unknown>) => Record<string, unknown>;
}

/** The configuration section as the file spells it, with its defaults. */
export function toCostConfig(section: Readonly<Record<string, unknown>> = {}): CostConfig {
  return costSection.parse(section);
}

/** Costs by a supergraph. */
export function costsOf(
  supergraph: Supergraph,
  config: CostConfig = toCostConfig(),
  onCost?: CostOptions['onCost'],
): CostHarness {
  const schema = buildSchema(supergraph.publicSdl, { assumeValidSDL: true });
  const { log, lines } = createRecordingLogger();
  const cost = createCost({ supergraph, schema, config, log, onCost });
  const limits = { ...limitsSection.parse({}), selections: Number.MAX_SAFE_INTEGER };
  const reader = createOperationReader({ schema, limits, introspection: true, suggestions: false });
  const read = (text: string) => reader({ query: text }, { method: 'POST' });
  const coerce = (operation: Operation, variables = {}) => coerceVariables(schema, operation, variables);
  return {
    cost,
    lines,
    read,
    coerce,
    estimate(text, variables) {
      const operation = read(text);
      return cost.estimateOf(operation, coerce(operation, variables));
    },
  };
}

const imports = 'import: ["@key", "@shareable", "@cost", "@listSize"]';

/** The supergraph of subgraphs, each with the federation directives it uses imported. @throws Error when it does not compose */
export function composed(...sdls: readonly string[]): Supergraph {
  const composition = compose(
    sdls.map((sdl, index) => ({
      kind: 'federation',
      name: `s${index}`,
      url: `http://s${index}.test`,
      sdl: sdl.includes('@link')
        ? sdl
        : `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ${imports})\n${sdl}`,
    })),
  );
  if (composition.kind === 'composed') return composition.supergraph;
  throw new Error(composition.problems.map(({ message }) => message).join('\n'));
}

/** A supergraph that another composer wrote: what its schema is like is up to it. */
export function handwritten(sdl: string): Supergraph {
  return readSupergraph(`
    schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
      @link(url: "https://specs.apollo.dev/cost/v0.1") { query: Query }
    enum join__Graph { A @join__graph(name: "a", url: "http://a.test") }
    ${sdl}`);
}
