const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A number as short as it can be read. */
export function showNumber(value: number): string {
  return Math.abs(value) >= 10_000 ? compact.format(value) : plain.format(value);
}

/** Of a second. */
export function showRate(count: number, windowMs: number): string {
  const rate = count / (windowMs / 1_000);
  return rate > 0 && rate < 0.1 ? '<0.1' : showNumber(rate);
}

export function showMs(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms >= 10_000) return `${plain.format(ms / 1_000)} s`;
  return ms >= 100 ? `${Math.round(ms)} ms` : `${plain.format(ms)} ms`;
}

/** A part of a whole, such as `1.5%`. */
export function showShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.1 ? '<0.1%' : `${plain.format(percent)}%`;
}

export function showBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const place = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)));
  return `${plain.format(bytes / 1024 ** place)} ${units[place]}`;
}

/** The largest unit of a time that is over. */
export function showAge(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const;
  const [unit, size] = units.find(([, one]) => ms >= one) ?? ['s', 1_000];
  return `${Math.floor(ms / size)} ${unit}`;
}

/** Time of day. */
export function showClock(atMs: number): string {
  return clock.format(atMs);
}

export function showTime(at: string | number): string {
  return day.format(new Date(at));
}

/** Time of day, and of which day unless it is this one. */
export function showWhen(atMs: number): string {
  return new Date(atMs).toDateString() === new Date().toDateString() ? showClock(atMs) : showTime(atMs);
}

/** What an operation is called where it has no name. */
export function showOperation({ name, hash }: { readonly name?: string | undefined; readonly hash: string }): string {
  if (hash === 'other') return 'all others';
  return name ?? `(no name) ${hash.slice(0, 8)}`;
}
