import { html } from 'hono/html';
import type { Html } from './html.ts';

const minuteMs = 60_000;

/** Longest first: the first that fits tells the time. */
const units = [
  ['year', 365 * 24 * 60 * minuteMs],
  ['month', 30 * 24 * 60 * minuteMs],
  ['day', 24 * 60 * minuteMs],
  ['hour', 60 * minuteMs],
  ['minute', minuteMs],
] as const;

const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** A moment, told from now: `3 days ago`, with the exact one as its title. Both in milliseconds since the epoch. */
export function timeOf(at: number, now: number): Html {
  const date = new Date(at).toISOString();
  const exact = `${date.slice(0, 10)} ${date.slice(11, 19)} UTC`;
  return html`<time datetime="${date}" title="${exact}">${toWords(at - now)}</time>`;
}

function toWords(differenceMs: number): string {
  const unit = units.find(([, length]) => Math.abs(differenceMs) >= length);
  if (unit === undefined) return 'just now';
  const [name, length] = unit;
  return format.format(Math.trunc(differenceMs / length), name);
}
