import { h } from './element.ts';

/** What a cell of a table shows. */
export type Cell =
  | string
  | {
      readonly text: string;
      readonly href?: string | undefined;
      readonly tone?: 'good' | 'warn' | 'bad' | undefined;
      readonly isCode?: boolean | undefined;
      /** From 0 to 1, drawn as a bar beside the text. */
      readonly share?: number | undefined;
    };

/** Draws a cell into its element. */
export function fillCell(element: Element, cell: Cell): void {
  if (typeof cell === 'string') {
    element.replaceChildren(cell);
    return;
  }
  const { text, href, tone, isCode = false, share } = cell;
  const bar = share === undefined ? undefined : toBar(share);
  const plain = isCode ? h('code', {}, text) : tone === undefined ? text : h('span', { class: `tag ${tone}` }, text);
  const shown = href === undefined ? plain : h('a', { href }, plain);
  element.replaceChildren(...(bar === undefined ? [shown] : [bar, shown]));
}

function toBar(share: number): HTMLElement {
  const filled = h('span');
  filled.style.width = `${Math.min(100, Math.max(0, share * 100))}%`;
  return h('span', { class: 'bar', 'aria-hidden': 'true' }, filled);
}
