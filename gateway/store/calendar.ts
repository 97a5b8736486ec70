/** A day or a month at some place, in milliseconds since the epoch. */
interface CalendarWindow {
  readonly startMs: number;
  /** When the next one begins. */
  readonly endMs: number;
  /** When the next one ends. */
  readonly nextEndMs: number;
}

/** The window that a moment falls into, in milliseconds since the epoch. */
export type Calendar = (nowMs: number) => CalendarWindow;

export type CalendarPeriod = 'day' | 'month';

const dayMs = 86_400_000;

/**
 * The days or months of a time zone, which follow one another without a gap, however long its clocks make them.
 * @throws RangeError when there is no such time zone
 */
export function createCalendar(period: CalendarPeriod, timeZone: string): Calendar {
  const offsetAt = createOffsets(timeZone);
  const beginning = (index: number) => momentOf(midnightOf(period, index), offsetAt);
  let known: CalendarWindow | undefined;
  return (nowMs) => {
    if (known !== undefined && known.startMs <= nowMs && nowMs < known.endMs) return known;
    let index = indexOf(period, nowMs + offsetAt(nowMs));
    // Where clocks are changed around midnight, a date may come twice or not at all.
    while (beginning(index) > nowMs) index--;
    while (beginning(index + 1) <= nowMs) index++;
    known = { startMs: beginning(index), endMs: beginning(index + 1), nextEndMs: beginning(index + 2) };
    return known;
  };
}

/** Counts days or months of local time, which is kept as if it were UTC. */
function indexOf(period: CalendarPeriod, localMs: number): number {
  if (period === 'day') return Math.floor(localMs / dayMs);
  const date = new Date(localMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function midnightOf(period: CalendarPeriod, index: number): number {
  if (period === 'day') return index * dayMs;
  return Date.UTC(Math.floor(index / 12), index % 12, 1);
}

/** The first moment at which clocks show a local time, or where they skip it, the moment at which they do. */
function momentOf(localMs: number, offsetAt: (ms: number) => number): number {
  const moments = [localMs - dayMs, localMs + dayMs].map((nearby) => localMs - offsetAt(nearby));
  const shown = moments.filter((moment) => moment + offsetAt(moment) === localMs);
  return shown.length > 0 ? Math.min(...shown) : Math.max(...moments);
}

/** How far the clocks of a time zone are ahead of UTC at a moment, in milliseconds. */
function createOffsets(timeZone: string): (ms: number) => number {
  const fields = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...Object.fromEntries(fields.map((field) => [field, 'numeric'])),
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 0, day, hour, minute, second] = fields.map((field) => parts.get(field));
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1_000) * 1_000;
  };
}
