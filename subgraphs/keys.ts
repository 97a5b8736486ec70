/** The products' keys: all that the services share. Each knows the others' things by key and nothing else of them. */
export const upcs = numbered(120);

/** The customers' keys. */
export const userIds = numbered(40);

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}
