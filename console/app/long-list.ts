import { type Cell, fillCell } from './cell.ts';
import { h } from './element.ts';

interface ListColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
  /** What it is sorted by. */
  readonly valueOf: (row: Row) => number | string;
  /** Left out where there is little room. */
  readonly isExtra?: boolean;
}

export interface ListOptions<Row> {
  readonly label: string;
  readonly columns: readonly ListColumn<Row>[];
  /** Which column it is sorted by at first, downwards. */
  readonly sortedBy: number;
  readonly keyOf: (row: Row) => string;
}

const rowHeight = 30;
/** So many more than can be seen, so that there is something to see while it is scrolled. */
const overscan = 8;

interface Line {
  readonly element: HTMLElement;
  readonly cells: readonly HTMLElement[];
  readonly texts: string[];
}

/** A table of any length: only what can be seen of it is in the page. */
export class LongList<Row> {
  readonly element: HTMLElement;
  readonly #options: ListOptions<Row>;
  readonly #heads: readonly HTMLElement[];
  readonly #space = h('div', { class: 'space', role: 'rowgroup' });
  /** By place among those that are in the page. */
  readonly #lines: Line[] = [];
  #rows: readonly Row[] = [];
  #sorted: readonly Row[] = [];
  #column: number;
  #isDown = true;
  #frame = 0;
  readonly #resized = new ResizeObserver(() => this.#soon());

  constructor(options: ListOptions<Row>) {
    this.#options = options;
    this.#column = options.sortedBy;
    this.#heads = options.columns.map(({ title, isExtra }, index) =>
      h(
        'div',
        { role: 'columnheader', class: isExtra ? 'extra' : undefined },
        h('button', { type: 'button', onclick: () => this.#sortBy(index) }, title),
      ),
    );
    this.element = h(
      'div',
      { class: 'list', role: 'table', tabindex: 0, 'aria-label': options.label },
      h(
        'div',
        { class: 'heads', role: 'rowgroup' },
        h('div', { class: 'row', role: 'row', 'aria-rowindex': 1 }, ...this.#heads),
      ),
      this.#space,
    );
    this.element.addEventListener('scroll', () => this.#soon(), { passive: true });
    this.element.addEventListener('keydown', (event) => this.#move(event));
    this.#resized.observe(this.element);
    this.#markSorted();
  }

  update(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#sort();
  }

  close(): void {
    this.#resized.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  #sortBy(column: number): void {
    this.#isDown = column === this.#column ? !this.#isDown : true;
    this.#column = column;
    this.#markSorted();
    this.#sort();
  }

  #markSorted(): void {
    for (const [index, head] of this.#heads.entries()) {
      const direction = this.#isDown ? 'descending' : 'ascending';
      head.setAttribute('aria-sort', index === this.#column ? direction : 'none');
    }
  }

  #sort(): void {
    const { columns, keyOf } = this.#options;
    const rankOf = columns[this.#column]?.valueOf ?? (() => 0);
    const sign = this.#isDown ? -1 : 1;
    this.#sorted = [...this.#rows].sort((one, other) => {
      const [a, b] = [rankOf(one), rankOf(other)];
      if (a !== b) return (a < b ? -1 : 1) * sign;
      return keyOf(one) < keyOf(other) ? -1 : 1;
    });
    this.element.setAttribute('aria-rowcount', String(this.#sorted.length + 1));
    this.#soon();
  }

  #soon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element;
    this.#space.style.height = `${this.#sorted.length * rowHeight}px`;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
    const count = Math.min(this.#sorted.length - first, Math.ceil(clientHeight / rowHeight) + 2 * overscan);
    while (this.#lines.length < count) this.#lines.push(this.#addLine());
    for (const [index, line] of this.#lines.entries()) {
      // A row keeps its line while it is scrolled, and so the focus.
      const place = first + ((index - (first % this.#lines.length) + this.#lines.length) % this.#lines.length);
      this.#fill(line, place);
    }
  }

  #addLine(): Line {
    const cells = this.#options.columns.map(({ isExtra }, index) =>
      h('div', { role: index === 0 ? 'rowheader' : 'cell', class: isExtra ? 'extra' : undefined }),
    );
    const element = h('div', { class: 'row', role: 'row' }, ...cells);
    this.#space.append(element);
    return { element, cells, texts: [] };
  }

  #fill({ element, cells, texts }: Line, place: number): void {
    const row = this.#sorted[place];
    element.hidden = row === undefined;
    if (row === undefined) return;
    const top = `translateY(${place * rowHeight}px)`;
    if (element.style.transform !== top) {
      element.style.transform = top;
      element.setAttribute('aria-rowindex', String(place + 2));
      element.dataset['place'] = String(place);
    }
    for (const [index, { cell }] of this.#options.columns.entries()) {
      const value = cell(row);
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const shown = cells[index];
      if (text === texts[index] || shown === undefined) continue;
      texts[index] = text;
      fillCell(shown, value);
    }
  }

  /** Arrows lead from one row to the next. */
  #move(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const from = event.target instanceof Element ? event.target.closest<HTMLElement>('.space .row') : null;
    if (step === 0 || from === null) return;
    event.preventDefault();
    const place = Number(from.dataset['place']) + step;
    if (place < 0 || place >= this.#sorted.length) return;
    const [top, bottom] = [place * rowHeight, (place + 2) * rowHeight];
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (bottom > this.element.scrollTop + this.element.clientHeight)
      this.element.scrollTop = bottom - this.element.clientHeight;
    this.#draw();
    const next = this.#lines.find(({ element }) => element.dataset['place'] === String(place));
    next?.element.querySelector('a')?.focus({ preventScroll: true });
  }
}
