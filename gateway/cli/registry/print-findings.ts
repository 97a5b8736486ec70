import { formatNumber } from '../../../schema/checks/numbers.ts';
import type { Output } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import type { Finding } from './finding.ts';

const mostFindings = 100;

/** Writes findings, the first 100 of `total`. */
export function printFindings(findings: readonly Finding[], total: number, { write, colors }: Output): void {
  const paint = { fail: colors.red, warn: colors.yellow, pass: colors.green, note: colors.dim } as const;
  const shown = findings.slice(0, mostFindings).map((one) => ({ ...one, cells: one.cells.map(toLine) }));
  const widths = widthsOf(shown.map(({ cells }) => cells));
  for (const { verdict, cells, details } of shown) {
    const line = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    write(`  ${paint[verdict](verdict)}  ${line}\n`);
    for (const detail of details) write(`        ${colors.dim(toLine(detail))}\n`);
  }
  if (total > shown.length) write(`  ... and ${formatNumber(total - shown.length)} more\n`);
}

/** The last column is never padded. */
function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length - 1));
  return Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}
