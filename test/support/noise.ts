/** Letters `a` and `b`, always the same, that follow no rule which a few states could know. */
export function toNoise(length: number): string {
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 1_000 < 500 ? 'a' : 'b';
  };
  return Array.from({ length }, next).join('');
}
