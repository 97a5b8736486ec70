import { z } from 'zod';
import { duration, share, timeout } from './units.ts';

const retryKeys = {
  attempts: z.int().min(1).max(10).describe('How often a fetch is sent at most, the first time included.'),
  attemptTimeout: timeout()
    .optional()
    .describe(
      'How long each attempt but the last may take. Default: an equal part of the time that is left where there are several endpoints, else all of it.',
    ),
  budget: share().describe('How many more requests a subgraph may get by it, as a share of its fetches.'),
  statuses: z
    .array(z.int().min(400).max(599))
    .max(50)
    .describe('HTTP statuses after which a fetch is sent again; 429 only when the answer has Retry-After.'),
  backoff: duration().describe(
    'Longest pause before the second attempt; it doubles each time, and a random part of it is taken.',
  ),
  maxBackoff: duration().describe('Longest pause before any attempt.'),
  maxRetryAfter: duration().describe('Longest Retry-After that is waited for; after a longer one the fetch fails.'),
  mutations: z
    .boolean()
    .describe('Whether mutations are sent again too that take an Idempotency-Key header to the subgraph.'),
};

/** When fetches are sent again. */
export const allRetries = z.strictObject({
  attempts: retryKeys.attempts.default(2),
  attemptTimeout: retryKeys.attemptTimeout,
  budget: retryKeys.budget.prefault('10%'),
  statuses: retryKeys.statuses.default([429, 502, 503, 504]),
  backoff: retryKeys.backoff.prefault('50ms'),
  maxBackoff: retryKeys.maxBackoff.prefault('1s'),
  maxRetryAfter: retryKeys.maxRetryAfter.prefault('2s'),
  mutations: retryKeys.mutations.default(false),
});
export const ownRetries = z.strictObject(retryKeys).partial();

const hedgingKeys = {
  after: share().describe('A second copy of a query is sent when so many of its kind had their answer already.'),
  budget: share().describe('How many more requests a subgraph may get by it, as a share of its fetches.'),
};

/** When queries are sent twice. */
export const allHedging = z.strictObject({
  after: hedgingKeys.after.prefault('95%'),
  budget: hedgingKeys.budget.prefault('5%'),
});
export const ownHedging = z.strictObject(hedgingKeys).partial();

const breakerKeys = {
  failures: share().describe('Share of the calls that must fail, or be slow.'),
  window: timeout().describe('Time over which calls are counted.'),
  minimum: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe(
      'Fewest calls within the window to judge by. So many that fail in a row are enough, whatever came before.',
    ),
  openFor: timeout().describe(
    'How long nothing is asked then, at most: by chance up to a fifth less. Twice as long each time that it is no better afterwards.',
  ),
  maxOpenFor: timeout().describe(
    'How long nothing is asked at most, however often it was no better, and so how soon a repair is noticed; openFor where that is longer.',
  ),
  probes: z
    .int()
    .min(1)
    .max(1_000)
    .describe(
      'Calls that are let through after that, and must all go well; others follow after maxOpenFor where they get no answer.',
    ),
  slow: timeout().describe(
    'A call that takes longer counts as failed, also while it is still under way. So does one without an answer that took half of operation.timeout or more when that is up.',
  ),
  silent: duration().describe(
    'How long nothing at all may be answered while calls go out all the time and at least minimum of them wait; four times as long as the slowest answer of late where that is longer. 0s: until calls are slow.',
  ),
};

/** When a subgraph or an endpoint is not asked for a while. */
export const allBreaker = z.strictObject({
  failures: breakerKeys.failures.prefault('50%'),
  window: breakerKeys.window.prefault('10s'),
  minimum: breakerKeys.minimum.default(20),
  openFor: breakerKeys.openFor.prefault('1s'),
  maxOpenFor: breakerKeys.maxOpenFor.prefault('4s'),
  probes: breakerKeys.probes.default(3),
  slow: breakerKeys.slow.prefault('5s'),
  silent: breakerKeys.silent.prefault('1s'),
});
export const ownBreaker = z.strictObject(breakerKeys).partial();

export type RetriesConfig = z.output<typeof allRetries>;
export type HedgingConfig = z.output<typeof allHedging>;
export type BreakerConfig = z.output<typeof allBreaker>;
