import { h, setText } from './element.ts';
import type { Feed } from './feed.ts';

/** The first line of a view: its heading, and what is beside it. */
export function head(title: string, ...beside: readonly HTMLElement[]): HTMLElement {
  return h('div', { class: 'head' }, h('h1', {}, title), ...beside);
}

const windows = [
  ['1m', 'last minute'],
  ['5m', 'last 5 minutes'],
  ['15m', 'last 15 minutes'],
  ['1h', 'last hour'],
] as const;

/** Chooses how far back one looks. */
export function windowChoice(feed: Feed): HTMLElement {
  const options = windows.map(([value, title]) => h('option', { value, selected: value === feed.window }, title));
  const select = h('select', {}, ...options);
  select.addEventListener('change', () => feed.follow(select.value));
  return h('label', {}, 'Of the ', select);
}

/** Numbers that are read at a glance. */
export class Figures {
  readonly element: HTMLElement;
  readonly #values: ReadonlyMap<string, HTMLElement>;

  constructor(titles: readonly string[]) {
    this.#values = new Map(titles.map((title) => [title, h('dd', {}, '–')]));
    this.element = h(
      'dl',
      { class: 'figures' },
      ...Array.from(this.#values, ([title, dd]) => h('div', {}, h('dt', {}, title), dd)),
    );
  }

  set(title: string, text: string, isBad = false): void {
    const value = this.#values.get(title);
    if (value === undefined) return;
    setText(value, text);
    value.title = text;
    value.classList.toggle('bad', isBad);
  }
}
