import type { LiveCounts } from '../live.ts';
import type { Cell } from './cell.ts';
import { showMs, showRate, showShare } from './show.ts';
import type { Column } from './table.ts';

/** What is told of counts in every table: how many, how many failed, and how long they took. `windowMs` is that of the counts. */
export function trafficColumns(
  rateTitle: string,
  windowMs: () => number,
  longestMs: () => number,
): readonly Column<LiveCounts>[] {
  return [
    { title: rateTitle, isNumber: true, cell: ({ requests }) => showRate(requests, windowMs()) },
    { title: 'Errors', isNumber: true, cell: toErrors },
    { title: 'p50', isNumber: true, isExtra: true, cell: ({ p50Ms }) => showMs(p50Ms) },
    { title: 'p99', isNumber: true, cell: ({ p99Ms }) => showMs(p99Ms) },
    { title: 'Spread', isExtra: true, cell: (counts) => toSpread(counts, longestMs()) },
  ];
}

/** A share of errors, marked where there are any. */
export function toErrors({ errors, requests }: Pick<LiveCounts, 'errors' | 'requests'>): Cell {
  const text = showShare(errors, requests);
  return errors === 0 ? text : { text, tone: 'bad' };
}

/** How p50 and p99 compare with the longest of all, so that those that take long are seen at a glance. */
export function toSpread({ p50Ms = 0, p99Ms = 0 }: Pick<LiveCounts, 'p50Ms' | 'p99Ms'>, longestMs: number): Cell {
  return { middle: toShare(p50Ms, longestMs), end: toShare(p99Ms, longestMs) };
}

/** The longest p99 of all. */
export function longestOf(all: readonly Pick<LiveCounts, 'p99Ms'>[]): number {
  return all.reduce((longest, { p99Ms = 0 }) => Math.max(longest, p99Ms), 1);
}

/** By orders of magnitude, as a second beside a millisecond would be all there is to see. */
function toShare(ms: number, longestMs: number): number {
  return Math.log1p(ms) / Math.log1p(longestMs);
}
