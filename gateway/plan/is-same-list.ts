/** Whether two lists hold the same; nothing is the same as nothing only. */
export function isSameList<Item>(one: readonly Item[] | undefined, other: readonly Item[] | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || one.length !== other?.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
