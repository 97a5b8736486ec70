/** Adds to a list that mostly stays at one item, for which it has no more room than it takes: `[]` makes room for seventeen. */
export function append<Item>(list: Item[] | undefined, item: Item): Item[] {
  if (list === undefined) return [item];
  list.push(item);
  return list;
}
