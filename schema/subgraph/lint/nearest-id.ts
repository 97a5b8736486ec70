/** The id that shares most pairs of neighbouring letters with a word; `undefined` when none shares half of them. */
export function nearestId(word: string, ids: readonly string[]): string | undefined {
  const wanted = pairsOf(word.slice(0, 100));
  let nearest: string | undefined;
  let most = 0.5;
  for (const id of ids) {
    const pairs = pairsOf(id);
    const shared = [...pairs].filter((pair) => wanted.has(pair)).length;
    const share = (2 * shared) / (pairs.size + wanted.size);
    if (share > most) [nearest, most] = [id, share];
  }
  return nearest;
}

function pairsOf(word: string): ReadonlySet<string> {
  const letters = word.toLowerCase();
  return new Set(Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2)));
}
