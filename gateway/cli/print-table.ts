import type { Output } from './terminal.ts';
import { toLine } from './to-line.ts';

/** Writes rows under a head, in columns. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[], output: Output): void {
  const all = [head, ...rows.map((row) => row.map(toLine))];
  const widths = head.slice(0, -1).map((_cell, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  for (const [index, row] of all.entries()) {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
    output.write(`${index === 0 ? output.colors.dim(line) : line}\n`);
  }
}
