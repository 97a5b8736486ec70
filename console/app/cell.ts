import { h } from './element.ts';

type Tone = 'good' | 'warn' | 'bad';

/** What a cell of a table shows. */
export type Cell =
  | string
  | {
      readonly text: string;
      readonly href?: string | undefined;
      /** Opens in another tab. */
      readonly isOutside?: boolean | undefined;
      /** Of a state: drawn as a tag. */
      readonly tag?: Tone | undefined;
      /** Of a number: only its color. */
      readonly tone?: Tone | undefined;
      readonly isCode?: boolean | undefined;
      /** From 0 to 1, drawn as a bar beside the text. */
      readonly share?: number | undefined;
    }
  /** Two shares from 0 to 1, drawn as one bar in another, of which numbers beside it tell. */
  | { readonly middle: number; readonly end: number };

/** Draws a cell into its element. */
export function fillCell(element: Element, cell: Cell): void {
  if (typeof cell === 'string') {
    element.replaceChildren(cell);
    return;
  }
  if ('end' in cell) {
    element.replaceChildren(
      h('span', { class: 'spread', 'aria-hidden': 'true' }, part('end', cell.end), part('middle', cell.middle)),
    );
    return;
  }
  const { text, href, isOutside, tag, tone, isCode = false, share } = cell;
  const plain = isCode
    ? h('code', {}, text)
    : tag !== undefined
      ? h('span', { class: `tag ${tag}` }, text)
      : tone !== undefined
        ? h('span', { class: tone }, text)
        : text;
  const outside = isOutside === true ? { target: '_blank', rel: 'noreferrer' } : {};
  const shown = href === undefined ? plain : h('a', { href, ...outside }, plain);
  const look = tone === undefined ? 'bar' : `bar ${tone}`;
  const bar = share === undefined ? [] : [h('span', { class: look, 'aria-hidden': 'true' }, part('', share))];
  element.replaceChildren(...bar, shown);
}

function part(name: string, share: number): HTMLElement {
  const filled = h('span', { class: name });
  filled.style.width = `${Math.min(100, Math.max(0, share * 100))}%`;
  return filled;
}
