import { printGraphRef } from '../../../schema/feed/graph-ref.ts';
import type { Output } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import type { AnsweredContract } from './answer-shapes.ts';

/** Writes what became of a contract when it was derived anew. */
export function printContract({ ref, version, problems }: AnsweredContract, { write, colors }: Output): void {
  const name = toLine(printGraphRef(ref));
  if (version !== undefined) write(`The contract ${name} is at version ${version} now.\n`);
  if (problems.length === 0) return;
  write(`${colors.yellow('warning:')} The contract ${name} stays as it is: what it lets through does not compose.\n`);
  for (const { code, coordinate, message } of problems) {
    const place = coordinate === undefined ? '' : ` ${colors.bold(toLine(coordinate))}`;
    write(`  ${colors.dim(toLine(code))}${place} ${toLine(message)}\n`);
  }
}
