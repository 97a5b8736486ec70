import { type ComparedLine, compareLines } from '../../schema/checks/compare-lines.ts';
import { nearDifferences } from '../../schema/checks/near-differences.ts';
import type { Output } from './terminal.ts';

/** Writes what differs between two texts, with the lines around it. */
export function printTextDiff(before: string, after: string, { write, colors }: Output): void {
  const paint = { '-': colors.red, '+': colors.green, ' ': (text: string) => text } as const;
  // An SDL may hold what a terminal obeys, in a description.
  const toLine = ({ mark, text }: ComparedLine) => paint[mark](`${mark}${text.replace(/[^\P{Cc}\t]/gu, ' ')}`);
  for (const line of nearDifferences(compareLines(before, after))) {
    write(`${line === 'gap' ? colors.cyan('@@') : toLine(line)}\n`);
  }
}
