export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** The beginning of the minute, hour or day (of UTC) that a moment is in. */
export function beginningOf(at: number, unitMs: number): number {
  return Math.floor(at / unitMs) * unitMs;
}

/** From when rollups count. */
export interface Since {
  /** The rest of a day that does not count as a whole. */
  readonly hours: { readonly from: number; readonly to: number } | undefined;
  readonly days: number;
}

/** All since the hour that `from` is in; where hours were thrown away, since its day. */
export function toSince(from: number, hoursSince: number): Since {
  const hour = beginningOf(from, hourMs);
  const day = beginningOf(from, dayMs);
  if (hour === day || hour < hoursSince) return { hours: undefined, days: day };
  return { hours: { from: hour, to: day + dayMs }, days: day + dayMs };
}
