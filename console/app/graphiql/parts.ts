import { h } from '../element.ts';

/** A quiet sentence. */
export function hint(text: string): HTMLElement {
  return h('p', { class: 'hint' }, text);
}

/** A text of GraphQL. */
export function source(name: string, text: string): HTMLElement {
  return h('pre', { class: 'source', tabindex: 0, role: 'region', 'aria-label': name }, h('code', {}, text));
}

/** A table with a caption for those who do not see it. */
export function table(caption: string, heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  return h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', {}, ...rows),
  );
}
