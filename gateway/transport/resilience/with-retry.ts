import type { RetriesConfig } from '../../config/resilience.ts';
import type { Answered, Call, OutgoingRequest } from '../call.ts';
import type { Cancellation } from '../cancellation.ts';
import type { CallOutcome } from '../endpoints/endpoints.ts';
import { isUnsent } from '../is-unsent.ts';
import { SubgraphFault, subgraphFault } from '../subgraph-fault.ts';
import { outcomeOfAnswer, outcomeOfError } from './call-outcome.ts';
import { pauseFor } from './pause-for.ts';
import type { RepeatBudget } from './repeat-budget.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface Retrying {
  readonly subgraph: string;
  /** `undefined` when nothing is sent again. */
  readonly retries: RetriesConfig | undefined;
  readonly budget: RepeatBudget;
  /** Whether a request more may go out just now. */
  readonly admitRepeat: (nowMs: number) => boolean;
  /** How many endpoints there are. */
  readonly countEndpoints: () => number;
  readonly now: () => number;
  readonly random: () => number;
  readonly onRetry: (outcome: 'sent' | 'over_budget') => void;
}

/** What an attempt came to that may not be the last. */
type Attempt<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly error: unknown };

const tooManyRequests = 429;
/** Most endpoints that a call asks which is to find out whether any of them is well again. */
const probedMost = 10;

/**
 * Sends a query again that could not be sent, broke off, took too long, or was answered with one of the chosen statuses: to another endpoint at once
 * where there is one, else after a while. No more than the budget allows, and never a mutation that does not say itself that it
 * may be repeated.
 */
export function withRetry<Request extends OutgoingRequest, Answer extends Answered>(
  call: Call<Request, Answer>,
  retrying: Retrying,
): Call<Request, Answer> {
  const { retries, budget, now } = retrying;
  if (retries === undefined || retries.attempts === 1) return call;
  return async (request, cancellation) => {
    budget.earn(now());
    if (!isRepeatable(request, retries)) return call(request, cancellation);
    const attempts = attemptsOf(cancellation, retries, retrying);
    let reached: Attempt<Answer> | undefined;
    for (let sent = 1; ; sent++) {
      let attempt: Attempt<Answer>;
      try {
        const attemptMs =
          sent < attempts ? timeForAttempt(attempts - sent, cancellation, retries, retrying) : undefined;
        const answer = await (attemptMs === undefined
          ? call(request, cancellation)
          : inTime((copy) => call(request, copy), attemptMs, cancellation, retrying));
        if (answer.status < 400) return answer;
        attempt = { kind: 'answered', answer };
      } catch (error) {
        attempt = { kind: 'failed', error };
      }
      if (hasReached(attempt)) reached = attempt;
      const pauseMs = sent < attempts ? pauseBefore(sent, attempt, cancellation, retries, retrying) : undefined;
      // Who asks one endpoint after the other, once each, multiplies nothing.
      const isFree = cancellation.isProbe && pauseMs === 0;
      if (pauseMs === undefined || !mayRepeat(retrying, isFree)) {
        if (sent > 1 && outcomeOf(attempt, cancellation) === 'failed') budget.failed();
        // Whether a mutation may have been done tells the last attempt that got so far, not one that could not be sent.
        return settle(request.kind === 'mutation' ? (reached ?? attempt) : attempt);
      }
      request.span?.note('retry', { attempt: sent + 1, 'overlock.pause_ms': Math.round(pauseMs) });
      if (pauseMs > 0) await pauseFor(pauseMs, cancellation);
    }
  };
}

/** How often a call is sent at most; one that is to find out how the subgraph does goes to each endpoint, of which one may be well. */
function attemptsOf({ isProbe }: Cancellation, { attempts }: RetriesConfig, { countEndpoints }: Retrying): number {
  return isProbe ? Math.max(attempts, Math.min(countEndpoints(), probedMost)) : attempts;
}

/** How long an attempt may take when `left` others may follow, in milliseconds; `undefined` for as long as the fetch. */
function timeForAttempt(
  left: number,
  { asked, deadlineMs }: Cancellation,
  { attemptTimeout }: RetriesConfig,
  { countEndpoints, now }: Retrying,
): number | undefined {
  if (attemptTimeout !== undefined) return attemptTimeout;
  if (new Set(asked).size + 1 >= countEndpoints() || deadlineMs === Number.POSITIVE_INFINITY) return undefined;
  return (deadlineMs - now()) / (left + 1);
}

/** Makes a call that is given up after `attemptMs`, and when the whole fetch is. */
async function inTime<Answer>(
  call: (cancellation: Cancellation) => Promise<Answer>,
  attemptMs: number,
  cancellation: Cancellation,
  { subgraph }: Retrying,
): Promise<Answer> {
  const own = cancellation.copy();
  cancellation.onCancel(() => own.follow(cancellation));
  const timer = setTimeout(() => {
    own.expire(
      subgraphFault('SUBGRAPH_TIMEOUT', subgraph, new Error(`No answer to an attempt within ${attemptMs} ms.`)),
    );
  }, attemptMs);
  try {
    return await call(own);
  } finally {
    clearTimeout(timer);
  }
}

function isRepeatable({ kind, headers }: OutgoingRequest, { mutations }: RetriesConfig): boolean {
  if (kind === 'query') return true;
  if (kind !== 'mutation' || !mutations) return false;
  return headers.some((name, index) => index % 2 === 0 && name === 'idempotency-key');
}

function mayRepeat({ budget, admitRepeat, now, onRetry }: Retrying, isFree: boolean): boolean {
  const isAllowed = (isFree || budget.spend()) && admitRepeat(now());
  onRetry(isAllowed ? 'sent' : 'over_budget');
  return isAllowed;
}

/** The pause before the next attempt in milliseconds; `undefined` when there is to be none. */
function pauseBefore(
  sent: number,
  attempt: Attempt<Answered>,
  cancellation: Cancellation,
  { statuses, backoff, maxBackoff, maxRetryAfter }: RetriesConfig,
  { countEndpoints, now, random }: Retrying,
): number | undefined {
  if (cancellation.reason !== undefined) return undefined;
  const { status, retryAfter, isBroken } = factsOf(attempt);
  const askedMs = parseRetryAfter(retryAfter, Date.now());
  const isChosen = status !== undefined && statuses.includes(status);
  if (!isBroken && (!isChosen || (status === tooManyRequests && askedMs === undefined))) return undefined;
  // Another endpoint may have time now, but not for who has asked too much of all of them.
  if (status !== tooManyRequests && new Set(cancellation.asked).size < countEndpoints()) return 0;
  if (askedMs !== undefined && askedMs > maxRetryAfter) return undefined;
  const pauseMs = (askedMs ?? 0) + Math.min(maxBackoff, backoff * 2 ** (sent - 1)) * random();
  return now() + pauseMs < cancellation.deadlineMs ? pauseMs : undefined;
}

function factsOf(attempt: Attempt<Answered>) {
  if (attempt.kind === 'answered') {
    const { status, headers } = attempt.answer;
    return { status, retryAfter: headers['retry-after'], isBroken: false };
  }
  const { error } = attempt;
  if (!(error instanceof SubgraphFault)) return { status: undefined, retryAfter: undefined, isBroken: false };
  // All the time of a fetch is up only when it is cancelled.
  const isBroken = error.kind === 'connection' || error.kind === 'time';
  return { status: error.answeredStatus, retryAfter: error.retryAfter, isBroken };
}

function outcomeOf(attempt: Attempt<Answered>, cancellation: Cancellation): CallOutcome {
  return attempt.kind === 'answered' ? outcomeOfAnswer(attempt.answer) : outcomeOfError(attempt.error, cancellation);
}

/** Whether it may have come to the subgraph. */
function hasReached(attempt: Attempt<Answered>): boolean {
  return attempt.kind === 'answered' || !isUnsent(attempt.error);
}

function settle<Answer>(attempt: Attempt<Answer>): Answer {
  if (attempt.kind === 'answered') return attempt.answer;
  throw attempt.error;
}
