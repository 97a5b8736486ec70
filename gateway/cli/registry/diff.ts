import { z } from 'zod';
import { printGraphRef } from '../../../schema/feed/graph-ref.ts';
import { describeMove } from '../../../schema/registry/describe-move.ts';
import { toShownUrl } from '../../../schema/supergraph/to-shown-url.ts';
import { printTextDiff } from '../print-text-diff.ts';
import type { Output, Terminal } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { changeShape } from './answer-shapes.ts';
import { atVariant } from './at-registry.ts';
import { printChanges } from './print-changes.ts';
import { printJson } from './print-json.ts';
import { readAnswer } from './read-answer.ts';
import type { GraphFlags } from './registry-flags.ts';
import { subgraphShape } from './subgraph-shape.ts';
import { variantPath } from './variant-path.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

const sideShape = subgraphShape.extend({ url: z.url() });
const diffShape = z.looseObject({
  changes: z.array(changeShape),
  subgraphs: z.array(z.looseObject({ name: z.string(), before: sideShape.optional(), after: sideShape.optional() })),
});

type Differing = z.output<typeof diffShape>['subgraphs'][number];

/** Prints what changed between two versions; resolves to the exit code. */
export function printDiff({ from, to }: Span, flags: GraphFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const answer = await client.ask({ path: variantPath(ref, 'diff'), query: { from, to } });
    const { changes, subgraphs } = readAnswer(diffShape, answer);
    const { stdout } = terminal;
    if (flags.json === true) {
      printJson(answer, stdout);
      return;
    }
    stdout.write(`${stdout.colors.bold(printGraphRef(ref))} from version ${from} to ${to}\n`);
    if (changes.length === 0) stdout.write('Clients see no difference.\n');
    else printChanges(changes, changes.length, stdout);
    for (const subgraph of subgraphs) printSubgraph(subgraph, stdout);
  });
}

function printSubgraph({ name, before, after }: Differing, output: Output): void {
  const { write, colors } = output;
  const told = describe(before, after);
  write(`\n${colors.bold(toLine(name))}${told === '' ? '' : ` ${toLine(told)}`}\n`);
  if (before?.sdl !== after?.sdl) printTextDiff(before?.sdl ?? '', after?.sdl ?? '', output);
}

/** What changed beside the schema. */
function describe(before: Differing['before'], after: Differing['after']): string {
  if (before === undefined) return after === undefined ? '' : `was added, at ${toShownUrl(after.url)}`;
  if (after === undefined) return 'was taken out';
  const parts = [
    before.url !== after.url && describeMove(before.url, after.url),
    before.kind !== after.kind && `was ${before.kind} and is ${after.kind} now`,
    JSON.stringify(before.entities) !== JSON.stringify(after.entities) && 'loads its entities in another way',
    before.maxConcurrency !== after.maxConcurrency && `takes ${after.maxConcurrency} calls at a time now`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}
