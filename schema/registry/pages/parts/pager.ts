import { html } from 'hono/html';
import type { Html } from './html.ts';

/** Part of a list that is in memory. */
export interface Slice<Item> {
  readonly items: readonly Item[];
  /** Counted from 1. */
  readonly page: number;
  readonly pages: number;
}

/** The part of a list that a page number, as it was asked for, leads to; nonsense leads to the first. */
export function sliceOf<Item>(all: readonly Item[], asked: string, size: number): Slice<Item> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const page = /^\d{1,6}$/.test(asked) ? Math.min(Math.max(1, Number(asked)), pages) : 1;
  return { items: all.slice((page - 1) * size, page * size), page, pages };
}

/** The way to the other pages of a list; nothing where there is only one. */
export function pagerOf(
  { page, pages }: Pick<Slice<unknown>, 'page' | 'pages'>,
  pathOf: (page: number) => string,
): Html | undefined {
  if (pages === 1) return undefined;
  return html`<nav class="pager" aria-label="Pages">
    ${page > 1 && html`<a rel="prev" href="${pathOf(page - 1)}">Previous</a>`}
    <span>Page ${page} of ${pages}</span>
    ${page < pages && html`<a rel="next" href="${pathOf(page + 1)}">Next</a>`}
  </nav>`;
}
