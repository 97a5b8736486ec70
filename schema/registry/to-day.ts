/** The day, such as `2026-11-22`, of a moment in milliseconds since the epoch. */
export function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
