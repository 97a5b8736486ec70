import { type Cell, fillCell } from './cell.ts';
import { type Attributes, h, setText } from './element.ts';
import { scrollByKeys } from './scroll-by-keys.ts';

export interface Column<Row> {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Left out where there is little room. */
  readonly isExtra?: boolean;
  /** Whether it is no wider than it must be. */
  readonly isShort?: boolean;
  readonly cell: (row: Row) => Cell;
}

/** A button of a row. */
interface Action<Row> {
  /** What it says; `undefined` where there is nothing to do. */
  readonly title: (row: Row) => string | undefined;
  readonly run: (row: Row) => void;
}

export interface TableOptions<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Said when there are no rows. */
  readonly empty: string;
  readonly actions?: readonly Action<Row>[];
}

interface ShownRow<Row> {
  row: Row;
  readonly element: HTMLTableRowElement;
  readonly cells: readonly HTMLTableCellElement[];
  readonly texts: string[];
  readonly buttons: readonly HTMLButtonElement[];
}

/** A table that is kept up to date: what stays the same is not touched, so that nobody loses their place. */
export class Table<Row> {
  readonly element: HTMLElement;
  readonly #options: TableOptions<Row>;
  readonly #body = h('tbody');
  readonly #table: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #rows = new Map<string, ShownRow<Row>>();

  constructor(options: TableOptions<Row>) {
    this.#options = options;
    const { caption, columns, actions = [], empty } = options;
    const heads = columns.map((column) => h('th', { scope: 'col', ...lookOf(column) }, column.title));
    if (actions.length > 0) heads.push(h('th', { scope: 'col', 'data-number': true, class: 'short' }, 'Actions'));
    const table = h('table', {}, h('caption', {}, caption), h('thead', {}, h('tr', {}, ...heads)), this.#body);
    // Neither is said before it is known.
    this.#table = h('div', { class: 'table', hidden: true }, table);
    this.#empty = h('p', { class: 'empty', hidden: true }, empty);
    this.element = h('div', {}, this.#table, this.#empty);
    scrollByKeys(this.#table, table, caption);
  }

  /** Says something else when there are no rows. */
  set empty(text: string) {
    setText(this.#empty, text);
  }

  update(rows: readonly Row[]): void {
    const { keyOf } = this.#options;
    this.#table.hidden = rows.length === 0;
    this.#empty.hidden = rows.length > 0;
    const keys = new Set(rows.map(keyOf));
    for (const [key, { element }] of this.#rows) {
      if (keys.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
    for (const [index, row] of rows.entries()) {
      const key = keyOf(row);
      const shown = this.#rows.get(key) ?? this.#add(row);
      this.#rows.set(key, shown);
      this.#fill(shown, row);
      const inPlace = this.#body.rows[index];
      if (inPlace !== shown.element) this.#body.insertBefore(shown.element, inPlace ?? null);
    }
  }

  #add(row: Row): ShownRow<Row> {
    const { columns, actions = [] } = this.#options;
    const cells = columns.map((column, index) =>
      index === 0 ? h('th', { scope: 'row', ...lookOf(column) }) : h('td', lookOf(column)),
    );
    const buttons = actions.map(({ run }) => h('button', { type: 'button', onclick: () => run(shown.row) }));
    const last = buttons.length === 0 ? [] : [h('td', { class: 'short' }, h('div', { class: 'actions' }, ...buttons))];
    const shown: ShownRow<Row> = { row, element: h('tr', {}, ...cells, ...last), cells, texts: [], buttons };
    return shown;
  }

  #fill(shown: ShownRow<Row>, row: Row): void {
    const { columns, actions = [] } = this.#options;
    shown.row = row;
    for (const [index, { cell }] of columns.entries()) {
      const value = cell(row);
      const text = JSON.stringify(value);
      const element = shown.cells[index];
      if (text === shown.texts[index] || element === undefined) continue;
      shown.texts[index] = text;
      fillCell(element, value);
    }
    for (const [index, { title }] of actions.entries()) {
      const button = shown.buttons[index];
      const text = title(row);
      if (button === undefined) continue;
      button.hidden = text === undefined;
      if (text !== undefined && button.textContent !== text) button.textContent = text;
    }
  }
}

function lookOf<Row>({ isNumber, isExtra, isShort }: Column<Row>): Attributes {
  const classes = [isExtra === true ? 'extra' : '', isShort === true ? 'short' : ''].join(' ').trim();
  return { 'data-number': isNumber, class: classes === '' ? undefined : classes };
}
