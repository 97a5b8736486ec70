import type { HedgingConfig } from '../../config/resilience.ts';
import type { Answered, Call, OutgoingRequest } from '../call.ts';
import type { Cancellation } from '../cancellation.ts';
import { outcomeOfAnswer } from './call-outcome.ts';
import { Latencies } from './latencies.ts';
import type { RepeatBudget } from './repeat-budget.ts';

export interface Hedging {
  /** `undefined` when nothing is sent twice. */
  readonly hedging: HedgingConfig | undefined;
  readonly budget: RepeatBudget;
  /** Whether a request more may go out just now. */
  readonly admitRepeat: (nowMs: number) => boolean;
  /** How long all queries of the subgraph take; each operation that is asked often enough is judged by itself. */
  readonly latencies: Latencies;
  readonly now: () => number;
  /** Whether the second copy of a query was answered first. */
  readonly onHedge: (outcome: 'won' | 'lost') => void;
}

/**
 * Sends a second copy of a query that takes longer than most of its kind, rather to another endpoint; the first good answer counts, and
 * the other call is cancelled. No more copies than the budget allows.
 */
export function withHedge<Request extends OutgoingRequest, Answer extends Answered>(
  call: Call<Request, Answer>,
  options: Hedging,
): Call<Request, Answer> {
  const { hedging, budget, latencies, now } = options;
  if (hedging === undefined) return call;
  const byOperation = new WeakMap<object, Latencies>();
  const latenciesOf = (operation: object | undefined) => {
    if (operation === undefined) return latencies;
    const known = byOperation.get(operation) ?? new Latencies(hedging.after);
    byOperation.set(operation, known);
    return known;
  };
  return async (request, cancellation) => {
    if (request.kind !== 'query') return call(request, cancellation);
    const own = latenciesOf(request.operation);
    const startedMs = now();
    budget.earn(startedMs);
    const pauseMs = own.quantileMs ?? latencies.quantileMs;
    const answer = await (pauseMs === undefined
      ? call(request, cancellation)
      : race((copy) => call(request, copy), pauseMs, cancellation, { ...options, span: request.span }));
    const tookMs = now() - startedMs;
    latencies.add(tookMs);
    if (own !== latencies) own.add(tookMs);
    return answer;
  };
}

/** Makes a call, and once more if it has not ended after `pauseMs`. */
function race<Answer extends Answered>(
  call: (cancellation: Cancellation) => Promise<Answer>,
  pauseMs: number,
  cancellation: Cancellation,
  { budget, admitRepeat, now, onHedge, span }: Hedging & Pick<OutgoingRequest, 'span'>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const running = new Set<Cancellation>();
    let copy: Cancellation | undefined;

    const end = (own: Cancellation, isGood: boolean, settle: () => void) => {
      // The other one was answered before.
      if (!running.delete(own)) return;
      // What failed leaves it to the other.
      if (!isGood && running.size > 0) return;
      clearTimeout(timer);
      if (copy !== undefined && isGood) {
        const outcome = own === copy ? 'won' : 'lost';
        onHedge(outcome);
        span?.note('hedge.ended', { outcome });
      }
      const others = [...running];
      running.clear();
      for (const other of others) other.cancel(new Error('The other copy of the query was answered first.'));
      settle();
    };
    const start = (own: Cancellation) => {
      running.add(own);
      call(own).then(
        (answer) => end(own, outcomeOfAnswer(answer) === 'answered', () => resolve(answer)),
        (error: unknown) => end(own, false, () => reject(error)),
      );
    };

    const timer = setTimeout(() => {
      if (!budget.spend() || !admitRepeat(now())) return;
      copy = cancellation.copy();
      span?.note('hedge');
      start(copy);
    }, pauseMs);
    cancellation.onCancel(() => {
      for (const own of [...running]) own.follow(cancellation);
    });
    start(cancellation.copy());
  });
}
