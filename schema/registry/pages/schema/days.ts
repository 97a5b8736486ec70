import { html } from 'hono/html';
import { countOf } from '../../../checks/numbers.ts';
import { dayMs } from '../../store/usage/period.ts';
import type { Html } from '../parts/html.ts';
import type { VariantVisit } from '../visit.ts';

const offered = [1, 7, 30, 90];

/** How many days of usage are asked for; as many as count for checks where nothing is said. */
export function daysOf({ query, variant }: VariantVisit): number {
  const asked = query('days');
  return /^[1-9]\d{0,2}$/.test(asked) ? Math.min(Number(asked), 365) : variant.settings.usageDays;
}

/** From when they count, in milliseconds since the epoch. */
export function sinceOf(visit: VariantVisit): number {
  return visit.now - daysOf(visit) * dayMs;
}

/** The choice of days, as a field of a form. */
export function daysField(visit: VariantVisit): Html {
  const days = daysOf(visit);
  const choices = [...new Set([...offered, visit.variant.settings.usageDays, days])].sort((a, b) => a - b);
  return html`<label>Usage of the last
  <select name="days">${choices.map(
    (choice) => html`<option value="${choice}"${choice === days && html` selected`}>${countOf(choice, 'day')}</option>`,
  )}</select></label>`;
}

/** `in the last 30 days`. */
export function inDays(days: number): string {
  return days === 1 ? 'in the last day' : `in the last ${days} days`;
}
