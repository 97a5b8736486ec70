import type { ConfigProblem } from '../config/problem.ts';
import { formatPlace } from '../config/problem.ts';
import type { Output } from './terminal.ts';

/** Writes problems of a configuration, one a line: `overlock.yaml:12:5 graph.poll must be a duration ...`. */
export function printProblems(problems: readonly ConfigProblem[], { write, colors }: Output): void {
  for (const problem of problems) {
    const place = colors.dim(formatPlace(problem));
    const path = problem.path === '' ? '' : ` ${colors.bold(problem.path)}`;
    write(`${place}${path} ${problem.message}\n`);
  }
  write(`${colors.red(problems.length === 1 ? '1 problem.' : `${problems.length} problems.`)}\n`);
}
