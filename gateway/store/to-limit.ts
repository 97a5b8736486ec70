import type { RateLimitRule } from '../config/rate-limit.ts';
import type { Limit } from './bucket.ts';
import { createCalendar } from './calendar.ts';

const dayMs = 86_400_000;
const nominalPeriods = { day: dayMs, month: 30 * dayMs } as const;

/** What a store counts for a rule; `undefined` when the rule is about something else. */
export function toLimit(rule: RateLimitRule): Limit | undefined {
  const { name, per, unit, tier, anonymous, fields, limit, quota, timezone = 'UTC' } = rule;
  // Everything that gives what was counted before another meaning, so that a rule that is changed starts anew.
  const meaning = [name, per, unit, tier, anonymous, fields];
  if (limit !== undefined) {
    const { amount, periodMs } = limit;
    const { burst = amount } = rule;
    return { name: JSON.stringify([...meaning, amount, periodMs, burst]), amount, periodMs, burst };
  }
  if (quota !== undefined) {
    const { amount, period } = quota;
    // Without the amount: who has used half of a quota has still used it when the quota is raised.
    const text = JSON.stringify([...meaning, period, timezone]);
    const calendar = createCalendar(period, timezone);
    return { name: text, amount, periodMs: nominalPeriods[period], burst: amount, calendar };
  }
  return undefined;
}
