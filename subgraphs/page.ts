const longestPage = 100;

/** The first `first` rows, 100 at most: no client makes a service answer more than it can carry. */
export function page<T>(rows: readonly T[], first: number): readonly T[] {
  return rows.slice(0, Math.min(Math.max(first, 0), longestPage));
}
