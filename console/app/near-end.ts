/** How near the end of something is. */
export function toneOf(share: number): 'warn' | 'bad' | undefined {
  if (share >= 0.95) return 'bad';
  return share >= 0.8 ? 'warn' : undefined;
}
