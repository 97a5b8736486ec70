import { deadlineOf, isTimeUp } from '../lib/deadline.ts';
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
  upstream: Pick<Upstream, 'subgraph' | 'dedupe' | 'timeoutMs' | 'fairMs' | 'telemetry'>,
  toShared: (answer: Answer) => Answer,
  now: () => number = () => performance.now(),
): SignalledCall<Request, Answer> {
  const { subgraph, dedupe, timeoutMs, fairMs, telemetry } = upstream;
  const joinMs = Math.min(joinMsMost, timeoutMs / 2);
  const inFlight = new InFlight<SharedCall<Answer>>();

  const giveUp: GiveUp = (cancellation, startedMs, reason, signal) => {
    if (isTimeUp(signal?.reason) && now() - startedMs >= fairMs) cancellation.expire(reason);
    else cancellation.cancel(reason);
  };

  const start = (key: string, request: Request, signal: AbortSignal | undefined): SharedCall<Answer> => {
    const cancellation = new Cancellation(deadlineOf(signal));
    const forget = () => inFlight.delete(key, shared);
    const options = { cancellation, toShared, startedMs: now(), giveUp };
    const shared = new SharedCall(call(request, cancellation), options, forget);
    inFlight.set(key, shared);
    return shared;
  };

  const alone = (request: Request, signal: AbortSignal | undefined): Promise<Answer> => {
    const cancellation = new Cancellation(deadlineOf(signal));
    const startedMs = now();
    return attend(subgraph, call(request, cancellation), signal, (reason) => {
      if (request.kind !== 'mutation') giveUp(cancellation, startedMs, reason, signal);
    });
  };

  return (request, signal) => {
    if (signal?.aborted === true) return Promise.reject(abortFault(subgraph, signal.reason));
    // What is asked after a mutation has to show what it did.
    if (request.kind === 'mutation') {
      return alone(request, signal).finally(() => inFlight.clear());
    }
    if (!dedupe || request.kind !== 'query') return alone(request, signal);
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

/** Gives up a call that nobody waits for any longer: it is to blame when the time of the operation is up, most of which it took. */
type GiveUp = (cancellation: Cancellation, startedMs: number, reason: Error, signal: AbortSignal | undefined) => void;

interface SharedCallOptions<Answer> {
  readonly cancellation: Cancellation;
  readonly toShared: (answer: Answer) => Answer;
  readonly startedMs: number;
  /** Called when the last one leaves. */
  readonly giveUp: GiveUp;
}

class SharedCall<Answer> {
  readonly startedMs: number;
  readonly #cancellation: Cancellation;
  readonly #giveUp: GiveUp;
  readonly #answer: Promise<Answer>;
  readonly #onEnd: () => void;
  #joined = false;

  constructor(
    answer: Promise<Answer>,
    { cancellation, toShared, startedMs, giveUp }: SharedCallOptions<Answer>,
    onEnd: () => void,
  ) {
    this.startedMs = startedMs;
    this.#cancellation = cancellation;
    this.#giveUp = giveUp;
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
      this.#giveUp(this.#cancellation, this.startedMs, reason, signal);
    });
  }

  /** Waits as well. */
  join(subgraph: string, signal: AbortSignal | undefined): Promise<Answer> {
    this.#joined = true;
    this.#cancellation.fetches += 1;
    return this.wait(subgraph, signal);
  }
}

function keyOf({ method, path, headers, body, affinity, group }: OutgoingRequest): string {
  const route = affinity === undefined && group === undefined ? '' : JSON.stringify([affinity, group]);
  return `${method} ${path} ${route}\n${headers.join('\n')}\n\n${body ?? ''}`;
}
