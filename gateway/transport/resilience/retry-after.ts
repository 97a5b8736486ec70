const longestDate = 64;

/**
 * The milliseconds that a Retry-After header (https://www.rfc-editor.org/rfc/rfc9110#name-retry-after) asks for; `undefined` when it
 * is none.
 */
export function parseRetryAfter(text: string | undefined, epochMs: number): number | undefined {
  if (text === undefined || text.length > longestDate) return undefined;
  const trimmed = text.trim();
  if (/^\d{1,9}$/.test(trimmed)) return Number(trimmed) * 1_000;
  // A date has the name of a month in it; what has none Date.parse takes for all kinds of things.
  const date = /[a-z]{3}/i.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - epochMs);
}
