import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildSchema } from 'graphql';
import { alwaysOnOf } from '../config/overrides.ts';
import { createCompiledEngine } from '../execute/compiled-engine.ts';
import { conditionsOf } from '../execute/conditions-of.ts';
import { coerceVariables } from '../operation/coerce-variables.ts';
import { defaultVariables } from '../operation/default-variables.ts';
import { createOperationReader } from '../operation/read-operation.ts';
import { describePlan, type PlanDescription } from '../plan/describe-plan.ts';
import { printPlan } from '../plan/print-plan.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import { exitCodes } from './exit-codes.ts';
import { type LoadedSupergraph, type LoadSupergraphOptions, loadSupergraph } from './load-supergraph.ts';
import { messagesOf } from './messages-of.ts';
import { readObjectFile } from './read-object-file.ts';
import type { Terminal } from './terminal.ts';

export interface PlanOptions extends LoadSupergraphOptions {
  /** Files, relative to the working directory. */
  readonly document: string;
  readonly variables: string | undefined;
  readonly operation: string | undefined;
  /** Labels of `@override` that are on beside those of the configuration. */
  readonly labels: readonly string[];
  readonly json: boolean;
}

/** Prints how an operation is answered; resolves to the exit code. */
export async function showPlan(options: PlanOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const loaded = await loadSupergraph(options, terminal);
  if (loaded === undefined) return exitCodes.failed;
  try {
    const { plan, assumed } = await makePlan(options, loaded, terminal);
    if (options.json) stdout.write(`${JSON.stringify(plan, undefined, 2)}\n`);
    else stdout.write(`${printPlan(plan)}\n`);
    if (assumed.length > 0) {
      const names = assumed.map((name) => `$${name}`).join(', ');
      stderr.write(`${names} taken as false: give --variables to plan for other values.\n`);
    }
    return exitCodes.ok;
  } catch (error) {
    for (const message of messagesOf(error)) stderr.write(`${stderr.colors.red('error:')} ${message}\n`);
    return exitCodes.failed;
  }
}

interface Planned {
  readonly plan: PlanDescription;
  /** Variables of conditions about which nothing is known. */
  readonly assumed: readonly string[];
}

async function makePlan(options: PlanOptions, loaded: LoadedSupergraph, { cwd }: Terminal): Promise<Planned> {
  const { config, supergraph } = loaded;
  const query = await readFile(path.resolve(cwd, options.document), 'utf8');
  const schema = buildSchema(supergraph.publicSdl, { assumeValidSDL: true });
  const { limits } = config;
  const readOperation = createOperationReader({ schema, limits, introspection: true, suggestions: true });
  const operation = readOperation({ query, operationName: options.operation }, { method: 'POST' });
  // Without variables only conditions matter, and what a client must give for others does not.
  const given = options.variables === undefined ? undefined : await readObjectFile(options.variables, cwd);
  const variables = given === undefined ? defaultVariables(operation) : coerceVariables(schema, operation, given);
  const engine = createCompiledEngine({
    supergraph,
    publicSchema: schema,
    transportOf: (subgraph) => {
      throw new Error(`Nothing is asked of ${subgraph}.`);
    },
    subgraphMessages: 'masked',
    overrideLabels: [...alwaysOnOf(config.overrides), ...options.labels],
    log: noTelemetry.log,
  });
  const conditions = conditionsOf(operation.document);
  const names = operation.definition.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  return {
    plan: describePlan(operation.kind, engine.planOf?.({ operation, variables })),
    assumed: names.filter((name) => conditions.includes(name) && variables[name] === undefined),
  };
}
