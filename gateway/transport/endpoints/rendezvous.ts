/**
 * The one of `items` that a key belongs to, by weight, the same for all who ask. When weights change or items come and go, only keys
 * of those move (https://en.wikipedia.org/wiki/Rendezvous_hashing).
 * `seedOf` gives what tells an item apart, see `hashText`. `undefined` when no item has a weight above 0.
 */
export function rendezvous<Item>(
  key: string,
  items: Iterable<Item>,
  seedOf: (item: Item) => number,
  weightOf: (item: Item) => number,
): Item | undefined {
  const keyHash = mix(hashText(key));
  let best: Item | undefined;
  let highest = 0;
  for (const item of items) {
    const weight = weightOf(item);
    if (!(weight > 0)) continue;
    // Above 0 and below 1, so that the logarithm is below 0 and finite.
    const rank = (mix(seedOf(item) ^ keyHash) + 0.5) / 2 ** 32;
    const score = -weight / Math.log(rank);
    if (score <= highest) continue;
    best = item;
    highest = score;
  }
  return best;
}

/** FNV-1a (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv) over UTF-16 units. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/** Spreads neighbouring hashes over all 32 bits. */
function mix(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
