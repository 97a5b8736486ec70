import { html } from 'hono/html';
import type { Html } from './html.ts';

/** A column: numbers stand at its right. */
interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

interface TableOptions {
  /** What the rows are; read out, and shown where there is no heading that says so. */
  readonly caption: unknown;
  readonly columns: readonly (string | Column)[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly unknown[])[];
  readonly id?: string;
  /** Instead of a table without rows. */
  readonly empty?: unknown;
}

/** A table; on a narrow page each row is a block with the columns' titles in it. */
export function tableOf({ caption, columns, rows, id, empty }: TableOptions): Html {
  if (rows.length === 0 && empty !== undefined) return html`<p class="empty">${empty}</p>`;
  const named = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  return html`<table${id !== undefined && html` id="${id}"`}>
  <caption>${caption}</caption>
  <thead><tr>${named.map((column) => html`<th scope="col"${numeric(column)}>${column.title}</th>`)}</tr></thead>
  <tbody>
  ${rows.map((row) => html`<tr>${row.map((cell, index) => cellOf(cell, index === 0, named[index]))}</tr>\n`)}
  </tbody>
</table>`;
}

function cellOf(cell: unknown, isHeading: boolean, column: Column = { title: '' }): Html {
  if (isHeading) return html`<th scope="row"${numeric(column)}>${cell}</th>`;
  const isEmpty = cell === undefined || cell === '' || cell === false;
  return html`<td${numeric(column)} data-title="${column.title}"${isEmpty && html` class="none"`}>${cell}</td>`;
}

function numeric({ isNumber }: Column): Html | false {
  return isNumber === true && html` data-number`;
}
