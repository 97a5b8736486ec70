import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarPeriod, createCalendar } from '../../../gateway/store/calendar.ts';

const hourMs = 3_600_000;

/** Start and end of the window around a moment, and the hours of the next one. */
function windowOf(period: CalendarPeriod, zone: string, moment: string) {
  const { startMs, endMs, nextEndMs } = createCalendar(period, zone)(Date.parse(moment));
  const toMinute = (ms: number) => new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z');
  return [toMinute(startMs), toMinute(endMs), (nextEndMs - endMs) / hourMs];
}

describe('a calendar', () => {
  it.each<[CalendarPeriod, string, string, string, string, number]>([
    ['day', 'UTC', '2024-02-29T23:59:59.999Z', '2024-02-29T00:00Z', '2024-03-01T00:00Z', 24],
    ['month', 'UTC', '2024-02-29T23:59:59.999Z', '2024-02-01T00:00Z', '2024-03-01T00:00Z', 31 * 24],
    ['month', 'UTC', '2024-12-31T00:00:00Z', '2024-12-01T00:00Z', '2025-01-01T00:00Z', 31 * 24],
    ['day', 'Asia/Kathmandu', '2024-01-01T18:14:59Z', '2023-12-31T18:15Z', '2024-01-01T18:15Z', 24],
    // The clocks are put forward, and back.
    ['day', 'Europe/Berlin', '2024-03-31T12:00:00Z', '2024-03-30T23:00Z', '2024-03-31T22:00Z', 24],
    ['day', 'Europe/Berlin', '2024-10-26T12:00:00Z', '2024-10-25T22:00Z', '2024-10-26T22:00Z', 25],
    ['month', 'Europe/Berlin', '2024-10-26T12:00:00Z', '2024-09-30T22:00Z', '2024-10-31T23:00Z', 30 * 24],
    // Midnight is skipped, shown twice, or gone back over.
    ['day', 'America/Havana', '2024-03-10T12:00:00Z', '2024-03-10T05:00Z', '2024-03-11T04:00Z', 24],
    ['day', 'America/Havana', '2024-11-03T04:30:00Z', '2024-11-03T04:00Z', '2024-11-04T05:00Z', 24],
    ['day', 'America/Sao_Paulo', '2018-02-18T02:30:00Z', '2018-02-17T02:00Z', '2018-02-18T03:00Z', 24],
    ['day', 'America/St_Johns', '2010-11-07T03:00:00Z', '2010-11-07T02:30Z', '2010-11-08T03:30Z', 24],
    // A whole day is left out.
    ['day', 'Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29T10:00Z', '2011-12-30T10:00Z', 0],
    ['month', 'Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-01T10:00Z', '2011-12-31T10:00Z', 31 * 24],
  ])('has a %s in %s around %s', (period, zone, moment, start, end, nextHours) => {
    expect(windowOf(period, zone, moment)).toEqual([start, end, nextHours]);
  });

  it('has no gaps and no overlaps anywhere, and is the same whatever it was asked before', () => {
    const zones = ['UTC', 'Europe/Lisbon', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Tehran', 'Pacific/Apia'];
    const moments = fc.integer({ min: Date.UTC(2005), max: Date.UTC(2035) });
    fc.assert(
      fc.property(fc.constantFrom('day', 'month'), fc.constantFrom(...zones), moments, (period, zone, moment) => {
        const calendar = createCalendar(period, zone);
        const { startMs, endMs, nextEndMs } = calendar(moment);
        expect(startMs <= moment && moment < endMs && endMs <= nextEndMs).toBe(true);
        expect(calendar(endMs - 1)).toEqual(calendar(startMs));
        const next = calendar(endMs);
        if (nextEndMs > endMs) expect([next.startMs, next.endMs]).toEqual([endMs, nextEndMs]);
        expect(calendar(moment)).toEqual(createCalendar(period, zone)(moment));
      }),
      { numRuns: 200 },
    );
  });
});
