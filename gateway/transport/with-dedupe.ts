import { attend } from './attend.ts';
import type { Call, OutgoingRequest, SignalledCall } from './call.ts';
import { Cancellation } from './cancellation.ts';
import { abortFault } from './subgraph-fault.ts';
import type { Upstream } from './upstream.ts';
import { reportFetch } from './with-telemetry.ts';

/** Oldest call, in milliseconds, that is joined, if half of its time is not up before: one that stalls takes nobody along. */
const joinMsMost = 1_000;

/**
 * Gives queries that are equal in everything that is sent, while the first of them is in flight, one call, which is
 * cancelled when every waiter has left. The waiters get the same answer, through `toShared`, so nobody may change it. A
 * mutation always goes out, and once out no signal cancels it: it may have happened already.
 */
export function withDedupe<Request extends OutgoingRequest, Answer>(
  call: Call<Request, Answer>,
  { subgraph, dedupe, timeoutMs, telemetry }: Pick<Upstream, 'subgraph' | 'dedupe' | 'timeoutMs' | 'telemetry'>,
  toShared: (answer: Answer) => Answer,
  now: () => number = () => performance.now(),
): SignalledCall<Request, Answer> {
  const joinMs = Math.min(joinMsMost, timeoutMs / 2);
  const inFlight = new Map<string, SharedCall<Answer>>();

  const start = (key: string, request: Request): SharedCall<Answer> => {
    const answer = (cancellation: Cancellation) => call(request, cancellation);
    const forget = () => {
      if (inFlight.get(key) === shared) inFlight.delete(key);
    };
    const shared = new SharedCall(answer, toShared, now(), forget);
    inFlight.set(key, shared);
    return shared;
  };

  return (request, signal) => {
    if (signal?.aborted === true) return Promise.reject(abortFault(subgraph, signal.reason));
    // What is asked after a mutation has to show what it did.
    if (request.kind === 'mutation') {
      return callAlone(call, subgraph, request, signal).finally(() => inFlight.clear());
    }
    if (!dedupe || request.kind !== 'query') return callAlone(call, subgraph, request, signal);
    const key = keyOf(request);
    const found = inFlight.get(key);
    if (found === undefined || now() - found.startedMs > joinMs) return start(key, request).wait(subgraph, signal);
    return reportFetch(telemetry, { subgraph, operationKind: request.kind, deduped: true }, () =>
      found.wait(subgraph, signal),
    );
  };
}

class SharedCall<Answer> {
  readonly startedMs: number;
  readonly #cancellation = new Cancellation();
  readonly #answer: Promise<Answer>;
  readonly #onEnd: () => void;
  #waiting = 0;
  #joined = false;

  constructor(
    call: (cancellation: Cancellation) => Promise<Answer>,
    toShared: (answer: Answer) => Answer,
    startedMs: number,
    onEnd: () => void,
  ) {
    this.startedMs = startedMs;
    this.#onEnd = onEnd;
    this.#answer = call(this.#cancellation).then(
      (answer) => {
        onEnd();
        return this.#joined ? toShared(answer) : answer;
      },
      (error) => {
        onEnd();
        throw error;
      },
    );
  }

  wait(subgraph: string, signal: AbortSignal | undefined): Promise<Answer> {
    this.#joined ||= this.#waiting > 0;
    this.#waiting += 1;
    return attend(subgraph, this.#answer, signal, (reason) => {
      this.#waiting -= 1;
      if (this.#waiting > 0) return;
      this.#onEnd();
      this.#cancellation.cancel(reason);
    });
  }
}

function callAlone<Request extends OutgoingRequest, Answer>(
  call: Call<Request, Answer>,
  subgraph: string,
  request: Request,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const cancellation = new Cancellation();
  return attend(subgraph, call(request, cancellation), signal, (reason) => {
    if (request.kind !== 'mutation') cancellation.cancel(reason);
  });
}

function keyOf(request: OutgoingRequest): string {
  return `${request.method} ${request.path}\n${request.headers.join('\n')}\n\n${request.body ?? ''}`;
}
