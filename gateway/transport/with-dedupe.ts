import { deadlineOf } from '../lib/deadline.ts';
import { InFlight } from '../lib/in-flight.ts';
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
  const inFlight = new InFlight<SharedCall<Answer>>();

  const start = (key: string, request: Request, signal: AbortSignal | undefined): SharedCall<Answer> => {
    const cancellation = new Cancellation(deadlineOf(signal));
    const forget = () => inFlight.delete(key, shared);
    const shared = new SharedCall(call(request, cancellation), cancellation, toShared, now(), forget);
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
    const isJoinable = found !== undefined && !found.isProbe && now() - found.startedMs <= joinMs;
    if (!isJoinable) return start(key, request, signal).wait(subgraph, signal);
    const { kind, requestId, span } = request;
    span?.note('fetch.joined', { 'peer.service': subgraph });
    return reportFetch(telemetry, { subgraph, operationKind: kind, requestId, deduped: true }, () =>
      found.join(subgraph, signal),
    );
  };
}

class SharedCall<Answer> {
  readonly startedMs: number;
  readonly #cancellation: Cancellation;
  readonly #answer: Promise<Answer>;
  readonly #onEnd: () => void;
  #joined = false;

  constructor(
    answer: Promise<Answer>,
    cancellation: Cancellation,
    toShared: (answer: Answer) => Answer,
    startedMs: number,
    onEnd: () => void,
  ) {
    this.startedMs = startedMs;
    this.#cancellation = cancellation;
    this.#onEnd = onEnd;
    this.#answer = answer.then(
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

  get isProbe(): boolean {
    return this.#cancellation.isProbe;
  }

  wait(subgraph: string, signal: AbortSignal | undefined): Promise<Answer> {
    return attend(subgraph, this.#answer, signal, (reason) => {
      this.#cancellation.fetches -= 1;
      if (this.#cancellation.fetches > 0) return;
      this.#onEnd();
      this.#cancellation.cancel(reason);
    });
  }

  /** Waits as well. */
  join(subgraph: string, signal: AbortSignal | undefined): Promise<Answer> {
    this.#joined = true;
    this.#cancellation.fetches += 1;
    return this.wait(subgraph, signal);
  }
}

function callAlone<Request extends OutgoingRequest, Answer>(
  call: Call<Request, Answer>,
  subgraph: string,
  request: Request,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const cancellation = new Cancellation(deadlineOf(signal));
  return attend(subgraph, call(request, cancellation), signal, (reason) => {
    if (request.kind !== 'mutation') cancellation.cancel(reason);
  });
}

function keyOf({ method, path, headers, body, affinity, group }: OutgoingRequest): string {
  const route = affinity === undefined && group === undefined ? '' : JSON.stringify([affinity, group]);
  return `${method} ${path} ${route}\n${headers.join('\n')}\n\n${body ?? ''}`;
}
