/** Whether two lists hold the same; nothing is the same as nothing only. */
export function isSameList<Item>(one: readonly Item[] | undefined, other: readonly Item[] | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || one.length !== other?.length) return false;
  for (const [index, item] of one.entries()) if (item !== other[index]) return false;
  return true;
}
