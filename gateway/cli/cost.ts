import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildSchema } from 'graphql';
import { GatewayError } from '../errors.ts';
import { coerceVariables } from '../operation/coerce-variables.ts';
import { createOperationReader } from '../operation/read-operation.ts';
import { createCost } from '../policy/cost/cost.ts';
import { type DescribedBill, describeBill } from '../policy/cost/describe-bill.ts';
import type { FieldShare } from '../policy/cost/explain-cost.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import { exitCodes } from './exit-codes.ts';
import { type LoadSupergraphOptions, loadSupergraph } from './load-supergraph.ts';
import type { Terminal } from './terminal.ts';

export interface CostOptions extends LoadSupergraphOptions {
  /** File of the document, relative to the working directory. */
  readonly document: string;
  /** JSON file of the variables, relative to the working directory. */
  readonly variables: string | undefined;
  readonly operation: string | undefined;
  readonly tier: string | undefined;
  readonly json: boolean;
}

/** Prints what an operation is estimated to cost; resolves to the exit code. */
export async function printCost(options: CostOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const loaded = await loadSupergraph(options, terminal);
  if (loaded === undefined) return exitCodes.failed;
  const read = await readInputs(options, terminal);
  if (read === undefined) return exitCodes.failed;
  try {
    const bill = toBill(loaded, options, read);
    if (options.json) stdout.write(`${JSON.stringify(bill, undefined, 2)}\n`);
    else printBill(bill, terminal);
    return bill.refusal === undefined ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    for (const { message } of error.errors ?? [error]) stderr.write(`${stderr.colors.red('error:')} ${message}\n`);
    return exitCodes.failed;
  }
}

interface Inputs {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

async function readInputs({ document, variables }: CostOptions, terminal: Terminal): Promise<Inputs | undefined> {
  const { stderr, cwd } = terminal;
  const read = async (file: string) => await readFile(path.resolve(cwd, file), 'utf8');
  let file = document;
  try {
    const query = await read(document);
    if (variables === undefined) return { query, variables: {} };
    file = variables;
    const values: unknown = JSON.parse(await read(variables));
    if (typeof values === 'object' && values !== null && !Array.isArray(values))
      return { query, variables: { ...values } };
    stderr.write(`${stderr.colors.red('error:')} ${file}: the variables must be a JSON object.\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    stderr.write(`${stderr.colors.red('error:')} ${file}: ${reason}\n`);
  }
  return undefined;
}

function toBill(
  { config, supergraph }: NonNullable<Awaited<ReturnType<typeof loadSupergraph>>>,
  { operation: operationName, tier }: CostOptions,
  { query, variables }: Inputs,
): DescribedBill {
  const schema = buildSchema(supergraph.publicSdl, { assumeValidSDL: true });
  const { limits } = config;
  const readOperation = createOperationReader({ schema, limits, introspection: true, suggestions: true });
  const operation = readOperation({ query, operationName }, { method: 'POST' });
  const cost = createCost({ supergraph, schema, config: config.cost, log: noTelemetry.log });
  return describeBill(cost, {
    operation,
    variables: coerceVariables(schema, operation, variables),
    identity: { tier },
    subgraphs: supergraph.subgraphs.map(({ name }) => name),
  });
}

function printBill(
  { kind, base, estimated, limit, refusal, fields, subgraphs }: DescribedBill,
  { stdout }: Terminal,
): void {
  const { colors, write } = stdout;
  const costs = [estimated, ...subgraphs.map((share) => share.estimated)];
  const width = Math.max('cost'.length, ...costs.map((cost) => String(cost).length));
  const nameWidth = Math.max(...fields.map(({ depth, responseName }) => 2 * depth + responseName.length), 0);
  write(`${colors.dim(`${'cost'.padStart(width)}  field`)}\n`);
  if (base !== 0) write(`${String(base).padStart(width)}  ${kind}\n`);
  for (const field of fields) {
    const name = `${'  '.repeat(field.depth)}${field.responseName}`.padEnd(nameWidth);
    const line = `${String(field.cost).padStart(width)}  ${name}  ${colors.dim(field.coordinate)}${toSum(field)}`;
    write(`${line.trimEnd()}\n`);
  }
  write(`${colors.bold(String(estimated).padStart(width))}  of ${limit} allowed\n`);
  const asked = subgraphs.filter((share) => share.estimated > 0 || share.limit !== undefined);
  if (asked.length > 0) write(`\n${colors.dim(`${'cost'.padStart(width)}  subgraph`)}\n`);
  for (const share of asked) {
    const allowed = share.limit === undefined ? '' : colors.dim(`  of ${share.limit} allowed`);
    write(`${String(share.estimated).padStart(width)}  ${share.subgraph}${allowed}\n`);
  }
  if (refusal !== undefined) write(`\n${colors.red(refusal)}\n`);
}

/** How the cost of a field on one object comes about, where that is not plain. */
function toSum({ size, each, arguments: args }: FieldShare): string {
  const values = size === 1 ? '' : `${size} × ${each}`;
  const sum = [values, args === 0 ? '' : `${args} for arguments`].filter((part) => part !== '').join(' + ');
  return sum === '' ? '' : `  ${sum}`;
}
