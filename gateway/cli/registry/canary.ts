import { z } from 'zod';
import { formatNumber } from '../../../schema/checks/numbers.ts';
import { type GraphRef, printGraphRef } from '../../../schema/feed/graph-ref.ts';
import { printTable } from '../print-table.ts';
import type { Output, Terminal } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { atVariant } from './at-registry.ts';
import type { CanaryEndFlags } from './canary-command.ts';
import { formatTime } from './format-time.ts';
import { printJson } from './print-json.ts';
import { readAnswer } from './read-answer.ts';
import type { GraphFlags, RegistryFlags } from './registry-flags.ts';
import { variantPath } from './variant-path.ts';

const sideShape = z.looseObject({ count: z.number(), errors: z.number(), p95: z.number().optional() });

const canaryShape = z.looseObject({
  state: z.string(),
  version: z.number(),
  stable: z.number(),
  percent: z.number(),
  steps: z.array(z.number()),
  stepAt: z.number(),
  endedAt: z.number().optional(),
  endedBy: z.string().optional(),
  reason: z.string().optional(),
  verdict: z.string().optional(),
  figures: z.array(
    z.looseObject({
      operation: z.string(),
      name: z.string().optional(),
      verdict: z.string(),
      by: z.string().optional(),
      stable: sideShape,
      canary: sideShape,
    }),
  ),
});

type AnsweredCanary = z.output<typeof canaryShape>;
type Flags<Of extends RegistryFlags> = Of & GraphFlags;

/** Prints the canary of a variant with its figures; resolves to the exit code. */
export function showCanary(flags: Flags<RegistryFlags>, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    printCanary(await client.ask({ path: variantPath(ref, 'canary') }), { ref, json: flags.json === true }, terminal);
  });
}

/** Gives the canary of a variant to all clients, or takes it back; resolves to the exit code. */
export function endCanary(how: 'promote' | 'abort', flags: Flags<CanaryEndFlags>, terminal: Terminal): Promise<number> {
  const { message, json } = flags;
  return atVariant(flags, terminal, async (client, ref) => {
    const answer = await client.ask({ method: 'POST', path: variantPath(ref, 'canary', how), body: { message } });
    printCanary(answer, { ref, json: json === true }, terminal);
  });
}

function printCanary(
  answer: unknown,
  { ref, json }: { readonly ref: GraphRef; readonly json: boolean },
  { stdout }: Pick<Terminal, 'stdout'>,
): void {
  const canary = readAnswer(canaryShape, answer);
  if (json) {
    printJson(answer, stdout);
    return;
  }
  printState(canary, printGraphRef(ref), stdout);
  const { version, stable, figures } = canary;
  if (figures.length === 0) {
    stdout.write('No operation was told of yet.\n');
    return;
  }
  const head = ['OPERATION', 'VERDICT', ...[stable, version].flatMap((one) => [`REQUESTS ${one}`, 'ERRORS', 'P95 MS'])];
  printTable(head, figures.map(toRow), stdout);
}

function printState(canary: AnsweredCanary, name: string, { write, colors }: Output): void {
  const { state, version, stable, percent, steps, stepAt, endedAt = 0, endedBy = '', reason } = canary;
  const beside = `Version ${version} of ${name}`;
  const by = `at ${formatTime(endedAt)} by ${toLine(endedBy)}`;
  if (state === 'running') {
    const since = `since ${formatTime(stepAt)}, of the steps ${steps.join(', ')}`;
    write(`${beside} is tried with ${percent} % of the clients beside version ${stable}, ${since}.\n`);
    write(`${describeVerdict(canary)}\n`);
  } else if (state === 'promoted') {
    write(`${colors.green(`${beside} was promoted`)} ${by}: all clients have it.\n`);
  } else write(`${colors.red(`${beside} was rolled back`)} to version ${stable} ${by}.\n`);
  if (reason !== undefined) write(`${toLine(reason)}\n`);
}

function describeVerdict({ verdict }: AnsweredCanary): string {
  switch (verdict) {
    case 'worse':
      return 'It is worse, and about to be taken back.';
    case 'doubtful':
      return 'It looks worse, which may be chance: it waits for more requests.';
    case 'few':
      return 'It has answered too few requests to say anything.';
    default:
      return 'It is no worse than the stable version.';
  }
}

function toRow({ operation, name, verdict, by, stable, canary }: AnsweredCanary['figures'][number]) {
  const cells = [stable, canary].flatMap(({ count, errors, p95 }) => [
    formatNumber(count),
    count === 0 ? '-' : `${((errors / count) * 100).toFixed(1)}%`,
    p95 === undefined ? '-' : formatNumber(p95),
  ]);
  return [name ?? operation.slice(0, 12), by === undefined ? verdict : `${verdict} (${by})`, ...cells];
}
