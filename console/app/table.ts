import { type Cell, fillCell } from './cell.ts';
import { h } from './element.ts';

export interface Column<Row> {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => Cell;
}

/** A button of a row; `undefined` where there is nothing to do. */
interface Action<Row> {
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
  readonly #table: HTMLTableElement;
  readonly #empty: HTMLElement;
  readonly #rows = new Map<string, ShownRow<Row>>();

  constructor(options: TableOptions<Row>) {
    this.#options = options;
    const { caption, columns, actions = [], empty } = options;
    const heads = columns.map(({ title, isNumber }) => h('th', { scope: 'col', 'data-number': isNumber }, title));
    if (actions.length > 0) heads.push(h('th', { scope: 'col' }, 'Actions'));
    this.#table = h('table', {}, h('caption', {}, caption), h('thead', {}, h('tr', {}, ...heads)), this.#body);
    this.#empty = h('p', { class: 'empty' }, empty);
    this.element = h('div', {}, this.#table, this.#empty);
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
    const cells = columns.map(({ title, isNumber }, index) =>
      index === 0 ? h('th', { scope: 'row' }) : h('td', { 'data-title': title, 'data-number': isNumber }),
    );
    const buttons = actions.map(({ run }) => h('button', { type: 'button', onclick: () => run(shown.row) }));
    const last =
      buttons.length === 0 ? [] : [h('td', { 'data-title': 'Actions' }, h('div', { class: 'actions' }, ...buttons))];
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
