import { h, setText } from './element.ts';
import type { Feed } from './feed.ts';

/** The first line of a view: its heading, and what is beside it. */
export function head(title: string, ...beside: readonly HTMLElement[]): HTMLElement {
  return h('div', { class: 'head' }, h('h1', {}, title), ...beside);
}

/** A field with its name above. */
export function field(title: string, control: HTMLElement, isWide = false): HTMLElement {
  return h('label', { class: isWide ? 'wide' : undefined }, title, control);
}

/** A list to choose from, by value and title. */
export function choice(options: Iterable<readonly [value: string, title: string]>, chosen?: string): HTMLSelectElement {
  return h(
    'select',
    {},
    ...Array.from(options, ([value, title]) => h('option', { value, selected: value === chosen }, title)),
  );
}

/** A field for a short text. */
export function textInput(isRequired = true, longest = 1_000): HTMLInputElement {
  return h('input', { required: isRequired, maxlength: longest, autocomplete: 'off', spellcheck: 'false' });
}

const windows = [
  ['1m', '1 min', 'last minute'],
  ['5m', '5 min', 'last 5 minutes'],
  ['15m', '15 min', 'last 15 minutes'],
  ['1h', '1 h', 'last hour'],
] as const;

/** Chooses how far back one looks. */
export function windowChoice(feed: Feed): HTMLElement {
  const labels = windows.map(([value, title, whole]) => {
    const input = h('input', {
      type: 'radio',
      name: 'window',
      value,
      checked: value === feed.window,
      'aria-label': whole,
    });
    input.addEventListener('change', () => feed.follow(value));
    return h('label', {}, input, h('span', { 'aria-hidden': 'true' }, title));
  });
  return h('fieldset', { class: 'windows', 'aria-label': 'How far back' }, ...labels);
}

/** Chooses the next longer time to look back at, or the shortest one again. */
export function widenWindow(): void {
  const inputs = [...document.querySelectorAll<HTMLInputElement>('.windows input')];
  inputs[(inputs.findIndex(({ checked }) => checked) + 1) % inputs.length]?.click();
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
    value.classList.toggle('bad', isBad);
  }
}
