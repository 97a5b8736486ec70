/** One column: its title, and what stands in it. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Text stands on the left, figures on the right. */
  readonly text?: boolean;
}

/** A Markdown table. */
export function toTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const pad = (text: string, index: number) =>
    columns[index]?.text === true ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0);
  const rule = columns.map(({ text }, index) => {
    const dashes = '-'.repeat((widths[index] ?? 0) - (text === true ? 0 : 1));
    return text === true ? dashes : `${dashes}:`;
  });
  return [columns.map(({ title }, index) => pad(title, index)), rule, ...cells.map((line) => line.map(pad))]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n');
}
