import type { Output } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import type { AnsweredChange } from './answer-shapes.ts';

/** The first publish of a large graph adds thousands of things. */
const mostLines = 40;

/** Writes changes, one a line; `count` of them there are in all. */
export function printChanges(changes: readonly AnsweredChange[], count: number, { write, colors }: Output): void {
  const paint = { breaking: colors.red, dangerous: colors.yellow, safe: colors.dim } as const;
  for (const { level, message } of changes.slice(0, mostLines)) {
    write(`  ${paint[level](level.padEnd('dangerous'.length))}  ${toLine(message)}\n`);
  }
  const rest = count - Math.min(changes.length, mostLines);
  if (rest > 0) write(`  ... and ${rest} more\n`);
}
