import type { ChangeDraft } from '../change.ts';

/** What is to be said of things that have a name in two schemas. */
export interface Differ<Item> {
  readonly added: (item: Item) => ChangeDraft;
  readonly removed: (item: Item) => ChangeDraft;
  readonly kept: (before: Item, after: Item) => Iterable<ChangeDraft>;
}

/** The changes of a list of named things, matched by their names. */
export function* diffMatched<Item extends { readonly name: string }>(
  before: readonly Item[],
  after: readonly Item[],
  { added, removed, kept }: Differ<Item>,
): Iterable<ChangeDraft> {
  const former = new Map(before.map((item) => [item.name, item]));
  for (const item of after) {
    const match = former.get(item.name);
    former.delete(item.name);
    if (match === undefined) yield added(item);
    else yield* kept(match, item);
  }
  for (const item of former.values()) yield removed(item);
}
