import { z } from 'zod';
import { type GraphRef, printGraphRef } from '../../../schema/feed/graph-ref.ts';
import type { Output, Terminal } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { changeShape, contractShape, problemsShape } from './answer-shapes.ts';
import { printChanges } from './print-changes.ts';
import { printContract } from './print-contract.ts';
import { printJson } from './print-json.ts';
import { readAnswer } from './read-answer.ts';

const publishedShape = z.looseObject({
  version: z.number(),
  isNew: z.boolean(),
  changes: z.array(changeShape),
  changeCount: z.number(),
  hints: problemsShape.default([]),
  contracts: z.array(contractShape).default([]),
  canary: z.looseObject({ percent: z.number(), stable: z.number() }).optional(),
});

type Published = z.output<typeof publishedShape>;

const mostHints = 20;

interface PrintedChange {
  readonly ref: GraphRef;
  /** Such as `Published reviews`. */
  readonly done: string;
  readonly json: boolean;
}

/** Writes what came of a change of a variant. */
export function printPublished(answer: unknown, { ref, done, json }: PrintedChange, { stdout }: Terminal): void {
  const published = readAnswer(publishedShape, answer);
  if (json) {
    printJson(answer, stdout);
    return;
  }
  const { write, colors } = stdout;
  const { version, isNew, changes, changeCount, canary } = published;
  const name = printGraphRef(ref);
  if (!isNew) {
    write(`Nothing to do: ${name} is so already, at version ${version}.\n`);
    return;
  }
  const outcome =
    canary === undefined
      ? `${name} is at version ${version} now`
      : `version ${version} of ${name} is tried with ${canary.percent} % of the clients beside version ${canary.stable}`;
  write(`${colors.green(`${done}:`)} ${outcome}.\n`);
  if (changeCount === 0) write('Clients see no difference.\n');
  else printChanges(changes, changeCount, stdout);
  printHints(published, stdout);
  for (const contract of published.contracts) printContract(contract, stdout);
}

function printHints({ hints }: Published, { write, colors }: Output): void {
  for (const { code, message } of hints.slice(0, mostHints)) {
    write(`${colors.yellow('hint:')} ${toLine(message)} ${colors.dim(toLine(code))}\n`);
  }
  const rest = hints.length - mostHints;
  if (rest > 0) write(`... and ${rest} more hints, which overlock check prints.\n`);
}
