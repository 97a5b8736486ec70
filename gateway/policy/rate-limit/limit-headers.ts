import type { RateLimitRule } from '../../config/rate-limit.ts';
import type { BucketState, Limit } from '../../store/bucket.ts';

/** What headers say of a rule, whoever asks. */
export interface LimitTexts {
  readonly name: string;
  readonly policy: string;
}

/** The texts of a rule, so that they are made once. */
export function toLimitTexts({ name: text, unit, quota }: RateLimitRule, { amount, periodMs }: Limit): LimitTexts {
  const name = toItem(text);
  const counted = unit === 'cost' ? ';qu="cost"' : '';
  // Months of a calendar are not equally long; when one ends is told beside what is left.
  const window = quota?.period === 'month' ? '' : `;w=${periodMs / 1_000}`;
  return { name, policy: `${name};q=${amount}${counted}${window}` };
}

/**
 * Tells limits and what is left of them, times in whole seconds
 * (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11). `states` are in the order of the demands.
 */
export function toLimitHeaders<Demand extends { readonly rule: { readonly texts: LimitTexts } }>(
  demands: readonly Demand[],
  states: readonly BucketState[],
  isTold: (demand: Demand) => boolean,
): Readonly<Record<string, string>> {
  let policies = '';
  let limits = '';
  for (let index = 0; index < demands.length; index++) {
    const demand = demands[index];
    const state = states[index];
    if (demand === undefined || state === undefined || !isTold(demand)) continue;
    const { name, policy } = demand.rule.texts;
    const separator = policies === '' ? '' : ', ';
    policies += separator + policy;
    limits += `${separator}${name};r=${state.remaining};t=${Math.ceil(state.emptyAfterMs / 1_000)}`;
  }
  return policies === '' ? {} : { 'ratelimit-policy': policies, ratelimit: limits };
}

/** A string as structured fields spell it (https://www.rfc-editor.org/rfc/rfc9651#section-3.3.3), which have no other letters than ASCII. */
function toItem(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}
