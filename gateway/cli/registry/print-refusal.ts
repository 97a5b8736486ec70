import { z } from 'zod';
import { printCompositionProblems } from '../print-composition-problems.ts';
import type { Output } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { weighedChangeShape } from './check-report-shape.ts';
import { toFinding } from './finding.ts';
import { printFindings } from './print-findings.ts';
import type { RegistryProblem, RegistryRefusal } from './registry-refusal.ts';

/** What a person can do about it, where the registry's own sentence does not say how that is done here. */
const advice: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'Look at --token or OVERLOCK_TOKEN; an admin makes another one with overlock tokens create.',
  CANARY_RUNNING: 'overlock canary status prints how it does; overlock canary promote and abort end it.',
  UNKNOWN_GRAPH: 'overlock graphs prints all that there are.',
  UNKNOWN_SUBGRAPH: 'overlock subgraphs prints all that there are.',
  UNKNOWN_VERSION: 'overlock history prints all that there are.',
};

/** Writes why a registry refused something, with everything that is wrong. */
export function printRefusal({ problem, message }: RegistryRefusal, output: Output): void {
  const { code, problems = [], errors = [] } = problem;
  if (problems.length > 0) {
    printCompositionProblems(problems.map(toProblem), output);
    return;
  }
  const { write, colors } = output;
  write(`${colors.red('error:')} ${toLine(message)}\n`);
  const changes = z.array(weighedChangeShape).safeParse(problem['changes']).data ?? [];
  printFindings(changes.map(toFinding), changes.length, output);
  for (const { path, message } of errors.slice(1)) write(`${colors.bold(toLine(path))}: ${toLine(message)}\n`);
  const [change] = changes;
  const isUnknown =
    changes.length > 0 && changes.every(({ clients }) => clients.length === 0) && code === 'BREAKING_CHANGE';
  const other = isUnknown ? '; or all of them: --allow-breaking' : '';
  const approving = change && `To let one pass all the same: overlock approve ${toLine(change.id)}${other}`;
  const hint = code === 'STALE_BASE' ? adviseBase(problem['base']) : (approving ?? advice[code]);
  if (hint !== undefined) write(`${hint}\n`);
}

function adviseBase(base: unknown): string {
  return typeof base === 'number' ? `Run it again with --base ${base}, or without --base.` : 'Run it again.';
}

function toProblem({ code, message, subgraph, coordinate }: NonNullable<RegistryProblem['problems']>[number]) {
  return {
    code: toLine(code),
    message: toLine(message),
    subgraph: subgraph && toLine(subgraph),
    coordinate: coordinate && toLine(coordinate),
  };
}
