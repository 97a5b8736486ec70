import type { Answered, Call, OutgoingRequest } from '../call.ts';
import type { Cancellation } from '../cancellation.ts';
import type { CallOutcome } from '../endpoints/endpoints.ts';
import type { Breaker } from './breaker.ts';
import type { Bulkhead } from './bulkhead.ts';
import { circuitOpen, outcomeOfAnswer, outcomeOfError } from './call-outcome.ts';

export interface Admission {
  readonly subgraph: string;
  readonly bulkhead: Bulkhead;
  /** `undefined` when it is off. */
  readonly breaker: Breaker | undefined;
  readonly now: () => number;
}

/**
 * Lets a fetch out when the breaker and the bulkhead of its subgraph do. They are one wrapper because the breaker is asked twice: before
 * the queue, where nobody is to wait for a subgraph that is not asked, and behind it.
 */
export function withAdmission<Request extends Pick<OutgoingRequest, 'span'>, Answer extends Answered>(
  call: Call<Request, Answer>,
  { subgraph, bulkhead, breaker, now }: Admission,
): Call<Request, Answer> {
  const shut = ({ span }: Request) => {
    span?.note('breaker.open');
    return circuitOpen(subgraph);
  };
  const run = async (request: Request, cancellation: Cancellation, startedMs: number): Promise<Answer> => {
    const watched = breaker?.begin(startedMs, cancellation);
    let outcome: CallOutcome = 'cancelled';
    try {
      if (breaker !== undefined && watched === undefined) throw shut(request);
      const answer = await call(request, cancellation);
      outcome = outcomeOfAnswer(answer);
      return answer;
    } catch (error) {
      outcome = outcomeOfError(error, cancellation);
      throw error;
    } finally {
      const nowMs = now();
      bulkhead.leave(nowMs, nowMs - startedMs, outcome);
      if (watched !== undefined) breaker?.ended(watched, outcome, nowMs);
    }
  };
  return (request, cancellation) => {
    const nowMs = now();
    if (breaker?.isShutAt(nowMs)) return Promise.reject(shut(request));
    if (bulkhead.enter(nowMs)) return run(request, cancellation, nowMs);
    breaker?.asked();
    request.span?.note('queued');
    return bulkhead.wait(cancellation).then(
      () => run(request, cancellation, now()),
      (error) => {
        if (cancellation.reason !== undefined && !cancellation.isLate) breaker?.left();
        throw error;
      },
    );
  };
}
