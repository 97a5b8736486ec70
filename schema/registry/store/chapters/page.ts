import type { Page } from '../registry-store.ts';

/** Numbers go down from page to page: where one begins, which is behind everything for the first one. */
export function toPosition(from: string | undefined): number {
  if (from === undefined) return Number.MAX_SAFE_INTEGER;
  // What no page has given is in front of everything, where there is nothing more.
  return /^\d{1,15}$/.test(from) ? Number(from) : 0;
}

/** Makes a page of one item more than it holds. */
export function cutPage<Item>(items: readonly Item[], limit: number, positionOf: (item: Item) => number): Page<Item> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: items.length > limit && last !== undefined ? String(positionOf(last)) : undefined };
}
