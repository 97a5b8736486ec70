import { z } from 'zod';
import type { AdminFlags } from './admin-client.ts';
import { atGateway } from './at-gateway.ts';
import { printTable } from './print-table.ts';
import { formatTime } from './registry/format-time.ts';
import { printJson } from './registry/print-json.ts';
import type { Output, Terminal } from './terminal.ts';
import { toLine } from './to-line.ts';

const side = z.looseObject({ count: z.number(), errors: z.number(), p95: z.number().optional() });
const canaryShape = z.looseObject({
  subgraph: z.string(),
  group: z.string(),
  baseline: z.string(),
  state: z.string(),
  percent: z.number(),
  steps: z.array(z.number()),
  stepAt: z.string().optional(),
  endedAt: z.string().optional(),
  endedBy: z.string().optional(),
  reason: z.string().optional(),
  verdict: z.string().optional(),
  figures: z.looseObject({ canary: side, baseline: side }).optional(),
});
const listShape = z.looseObject({ canaries: z.array(canaryShape) });

type AnsweredCanary = z.output<typeof canaryShape>;

interface Flags {
  readonly admin: AdminFlags;
  readonly json: boolean;
}

/** Prints the canary of a subgraph, or those of all; resolves to the exit code. */
export function showBackendCanaries(
  { admin, json, subgraph }: Flags & { readonly subgraph: string | undefined },
  terminal: Terminal,
): Promise<number> {
  const { stdout, stderr } = terminal;
  return atGateway(admin, terminal, async (client) => {
    const { canaries } = expect(listShape, await client.listCanaries());
    const wanted = canaries.filter((canary) => subgraph === undefined || canary.subgraph === subgraph);
    if (subgraph !== undefined && wanted.length === 0) {
      throw new Error(`There is no canary for a subgraph "${subgraph}". Set traffic.subgraphs.${subgraph}.canary.`);
    }
    if (json) printJson(subgraph === undefined ? { canaries: wanted } : wanted[0], stdout);
    else for (const canary of wanted) print(canary, stdout);
    if (wanted.length === 0) stderr.write('No subgraph has a canary. Set traffic.subgraphs.<name>.canary.\n');
  });
}

/** Has the canary of a subgraph started, promoted or taken back, and prints it; resolves to the exit code. */
export function tellBackendCanary(
  what: 'start' | 'promote' | 'abort',
  { admin, json, subgraph, reason }: Flags & { readonly subgraph: string; readonly reason: string | undefined },
  terminal: Terminal,
): Promise<number> {
  return atGateway(admin, terminal, async (client) => {
    const by = terminal.env['USER'] || terminal.env['USERNAME'] || 'somebody';
    const canary = expect(canaryShape, await client.tellCanary(subgraph, what, { by, reason }));
    if (json) printJson(canary, terminal.stdout);
    else print(canary, terminal.stdout);
  });
}

function expect<Shape extends z.ZodType>(shape: Shape, answer: unknown): z.output<Shape> {
  const { data } = shape.safeParse(answer);
  if (data === undefined) throw new Error('What answers there is no admin port of a gateway of this version.');
  return data;
}

function print(canary: AnsweredCanary, output: Output): void {
  const { group, baseline, figures, reason } = canary;
  output.write(`${describe(canary, output)}\n`);
  if (reason !== undefined) output.write(`${toLine(reason)}\n`);
  if (figures === undefined) return;
  const rows = [
    [group, ...toCells(figures.canary)],
    [baseline, ...toCells(figures.baseline)],
  ];
  printTable(['GROUP', 'CALLS', 'ERRORS', 'P95 MS'], rows, output);
}

function describe(canary: AnsweredCanary, { colors }: Output): string {
  const { subgraph, group, baseline, state, percent, steps, stepAt, endedAt, endedBy = '' } = canary;
  const what = `The group ${group} of ${toLine(subgraph)}`;
  const ending = `at ${toTime(endedAt)} by ${toLine(endedBy)}`;
  switch (state) {
    case 'running':
      return `${what} gets ${percent} % of the calls beside ${baseline}, since ${toTime(stepAt)}, of the steps ${steps.join(', ')}.\n${describeVerdict(canary)}`;
    case 'promoted':
      return `${colors.green(`${what} was promoted`)} ${ending}: it gets all calls.`;
    case 'rolledBack':
      return `${colors.red(`${what} was rolled back`)} to ${baseline} ${ending}.`;
    default:
      return `${what} is not tried. To begin: overlock canary start --subgraph ${toLine(subgraph)}`;
  }
}

function describeVerdict({ verdict }: AnsweredCanary): string {
  switch (verdict) {
    case 'worse':
      return 'It is worse, and about to be taken back.';
    case 'doubtful':
      return 'It looks worse, which may be chance: it waits for more calls.';
    case 'few':
      return 'It has answered too few calls to say anything.';
    default:
      return 'It is no worse than the baseline.';
  }
}

function toCells({ count, errors, p95 }: z.output<typeof side>): readonly string[] {
  return [
    String(count),
    count === 0 ? '-' : `${((errors / count) * 100).toFixed(1)}%`,
    p95 === undefined ? '-' : String(p95),
  ];
}

function toTime(text = ''): string {
  return formatTime(Date.parse(text));
}
