/** A time to the minute, such as `2027-01-31 12:30Z`. */
export function formatTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '-' : `${date.toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
