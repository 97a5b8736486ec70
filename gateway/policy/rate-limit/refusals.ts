import { GatewayError } from '../../errors.ts';
import type { BucketState } from '../../store/bucket.ts';
import type { ConcurrencyRule, Demand } from './compile-rules.ts';
import { toLimitHeaders } from './limit-headers.ts';

/** What to tell a client that is over one of these limits or several: the one that it has to wait for longest. */
export function overLimit(demands: readonly Demand[], states: readonly BucketState[]): GatewayError {
  const longestMs = Math.max(...states.map(({ waitMs }) => waitMs));
  const worst = demands[states.findIndex(({ waitMs }) => waitMs === longestMs)];
  const seconds = toSeconds(longestMs);
  const message = `This is more than the limit "${worst?.rule.name}" allows. Try again in ${seconds} s.`;
  return rateLimited(
    message,
    seconds,
    toLimitHeaders(demands, states, (demand) => demand === worst || isOwn(demand)),
  );
}

/** What to tell a client that asks for more than a limit ever allows at once. */
export function overBurst({ rule, limit, amount }: Demand): GatewayError {
  const message = `This counts ${amount} for the limit "${rule.name}", which allows ${limit.burst} at once. Ask for less at once.`;
  return rateLimited(message, toSeconds((limit.burst * limit.periodMs) / limit.amount), {});
}

/** What to tell a client for which too much is in flight. */
export function overConcurrency({ name, per }: Pick<ConcurrencyRule, 'name' | 'per'>): GatewayError {
  const message = `Too many operations are in flight for the limit "${name}". Try again when one has ended.`;
  if (per !== 'gateway') return rateLimited(message, 1, {});
  return new GatewayError('OVERLOADED', message, { headers: { 'retry-after': '1' } });
}

/** What to tell a client when limits cannot be checked and nothing may pass unchecked. */
export function uncheckable(): GatewayError {
  return new GatewayError('OVERLOADED', 'Limits cannot be checked at the moment. Try again in a second.', {
    headers: { 'retry-after': '1' },
  });
}

/** Whether a limit is the client's own: what is left of a shared one would tell what others do. */
export function isOwn({ rule }: Demand): boolean {
  return rule.per === 'client' || rule.per === 'ip';
}

function rateLimited(message: string, seconds: number, headers: Readonly<Record<string, string>>): GatewayError {
  return new GatewayError('RATE_LIMITED', message, {
    headers: { ...headers, 'retry-after': String(seconds) },
    extensions: { retryAfter: seconds },
  });
}

/** Whole, and never so short that nothing has changed by then. */
function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
