import type { ListenConfig } from '../config/listen.ts';
import type { WebSocketConfig } from '../config/web-socket.ts';
import { GatewayError } from '../errors.ts';
import type { ShedReason } from '../telemetry/telemetry.ts';
import { LoopDelay, samplingMs } from './loop-delay.ts';

type LoadLimits = Pick<ListenConfig, 'maxConcurrency' | 'maxEventLoopDelay' | 'maxStreams'>;

/** So few requests are no overload: when the event loop is late it has another cause, which refusing them would not end. */
const few = 100;

// Made once: to note where an error is made costs as much as all else of a refusal, and there are many of these.
const tooManyRequests = overloaded('Too many requests are in flight. Try again in a second.');
const tooManyStreams = overloaded('Too many subscriptions are open. Try again in a second.');
const tooManySockets = overloaded('Too many WebSockets are open. Try again in a second.');

/**
 * Counts the requests, streams and sockets in flight, over all configurations, and refuses further ones while they are too many or the
 * event loop is late.
 */
export class LoadGuard {
  readonly #onShed: (reason: ShedReason) => void;
  readonly #delay = new LoopDelay();
  #sampling: NodeJS.Timeout | undefined;
  #maxDelayMs = 0;
  /** Most requests at once since the event loop came round last: all of them may come and go in one turn. */
  #peak = 0;
  #requests = 0;
  #streams = 0;
  #sockets = 0;

  constructor(onShed: (reason: ShedReason) => void = () => {}) {
    this.#onShed = onShed;
  }

  get requests(): number {
    return this.#requests;
  }

  get streams(): number {
    return this.#streams;
  }

  get sockets(): number {
    return this.#sockets;
  }

  /** Whether a further request would be refused. */
  isOverloaded(limits: LoadLimits): boolean {
    return this.#reason(limits) !== undefined;
  }

  /**
   * Counts a request until what is returned is called; once is enough.
   * @throws GatewayError OVERLOADED
   */
  enter(limits: LoadLimits): () => void {
    const reason = this.#reason(limits);
    if (reason !== undefined) {
      this.#onShed(reason);
      throw tooManyRequests;
    }
    this.#maxDelayMs = limits.maxEventLoopDelay;
    this.#requests++;
    this.#peak = Math.max(this.#peak, this.#requests);
    if (this.#requests >= few) this.#sampling ??= this.#sample();
    return once(() => {
      this.#requests--;
    });
  }

  /**
   * Counts a stream of events until what is returned is called; once is enough.
   * @throws GatewayError OVERLOADED
   */
  openStream({ maxStreams }: LoadLimits): () => void {
    if (this.#streams >= maxStreams) {
      this.#onShed('streams');
      throw tooManyStreams;
    }
    this.#streams++;
    return once(() => {
      this.#streams--;
    });
  }

  /**
   * Counts a WebSocket until what is returned is called; once is enough.
   * @throws GatewayError OVERLOADED
   */
  openSocket({ maxSockets }: Pick<WebSocketConfig, 'maxSockets'>): () => void {
    if (this.#sockets >= maxSockets) {
      this.#onShed('sockets');
      throw tooManySockets;
    }
    this.#sockets++;
    return once(() => {
      this.#sockets--;
    });
  }

  #reason({ maxConcurrency, maxEventLoopDelay }: LoadLimits): ShedReason | undefined {
    if (this.#requests >= maxConcurrency) return 'concurrency';
    if (maxEventLoopDelay === 0 || this.#requests < few) return undefined;
    return this.#delay.isBehind(performance.now(), maxEventLoopDelay) ? 'event_loop' : undefined;
  }

  /** Looks only while there is much to do, so that a gateway that nobody asks sleeps. */
  #sample(): NodeJS.Timeout {
    this.#delay.begin(performance.now());
    const timer = setTimeout(() => {
      const isBusy = this.#peak >= few;
      this.#peak = this.#requests;
      this.#delay.turn(performance.now(), isBusy ? this.#maxDelayMs : Number.POSITIVE_INFINITY);
      if (isBusy) timer.refresh();
      else this.#sampling = undefined;
    }, samplingMs);
    return timer.unref();
  }
}

function overloaded(message: string): GatewayError {
  return new GatewayError('OVERLOADED', message, { headers: { 'retry-after': '1' } });
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
