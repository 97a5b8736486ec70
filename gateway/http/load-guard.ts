import { performance } from 'node:perf_hooks';
import type { ListenConfig } from '../config/listen.ts';
import type { WebSocketConfig } from '../config/web-socket.ts';
import { GatewayError } from '../errors.ts';
import type { ShedReason } from '../telemetry/telemetry.ts';
import { Backlog, type LoopState } from './backlog.ts';
import { HeavyBacklog, type LoopTime } from './heavy-backlog.ts';
import { LoopDelay, samplingMs } from './loop-delay.ts';

type LoadLimits = Pick<ListenConfig, 'maxConcurrency' | 'maxEventLoopDelay' | 'maxBacklog' | 'maxStreams'>;

/** A run that is to begin: how long its answer will be, how long its request's body was, and how long others before it take at least. */
interface HeavyEntry {
  readonly bytes: number;
  readonly bodyLength: string | undefined;
  readonly lineMs: number;
}

/**
 * So few requests are no overload: when the event loop is late it has another cause, which refusing them would not end, and a gateway
 * that has just begun is slow.
 */
const few = 100;

// Made once: to note where an error is made costs as much as all else of a refusal, and there are many of these.
const tooManyRequests = overloaded('Too many requests are in flight. Try again in a second.');
const tooManyStreams = overloaded('Too many subscriptions are open. Try again in a second.');
const tooManySockets = overloaded('Too many WebSockets are open. Try again in a second.');
const tooManyHeavy = overloaded('Too many operations with long answers are in flight. Try again in a second.');

/**
 * Counts the requests, streams and sockets in flight, over all configurations, and refuses further ones while they are too many, more than
 * can be answered in time, or the event loop is late. Heavy runs are judged apart, as soon as it is known that they are: they wait for
 * each other, and what is light passes them.
 */
export class LoadGuard {
  readonly #onShed: (reason: ShedReason) => void;
  readonly #loopTime: () => LoopTime;
  readonly #delay = new LoopDelay();
  readonly #backlog = new Backlog();
  readonly #heavy = new HeavyBacklog();
  #sampling: NodeJS.Timeout | undefined;
  #limits: LoadLimits | undefined;
  /** Most requests at once since the event loop came round last: all of them may come and go in one turn. */
  #peak = 0;
  #requests = 0;
  #answered = 0;
  #streams = 0;
  #sockets = 0;

  constructor(onShed: (reason: ShedReason) => void = () => {}, loopTime = readLoopTime) {
    this.#onShed = onShed;
    this.#loopTime = loopTime;
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
   * Counts a request until what is returned is called; once is enough. `bodyLength` is what its header Content-Length says.
   * @throws GatewayError OVERLOADED
   */
  enter(limits: LoadLimits, bodyLength?: string): () => void {
    const reason = this.#reason(limits, bodyLength);
    if (reason !== undefined) {
      this.#onShed(reason);
      throw tooManyRequests;
    }
    this.#limits = limits;
    this.#requests++;
    this.#peak = Math.max(this.#peak, this.#requests);
    if (this.#requests >= few) this.#sampling ??= this.#sample();
    return once(() => {
      this.#requests--;
      this.#answered++;
    });
  }

  /**
   * Counts a run that takes much of the processor's time, as its answer will be long, until `leaveHeavy` is called.
   * @throws GatewayError OVERLOADED
   */
  enterHeavy({ maxBacklog }: LoadLimits, { bytes, bodyLength, lineMs }: HeavyEntry): void {
    this.#heavy.noteLine(lineMs > maxBacklog);
    if (maxBacklog > 0 && this.#requests >= few && this.#heavy.isFull) {
      this.#heavy.noteRefused(bodyLength);
      this.#onShed('heavy');
      throw tooManyHeavy;
    }
    this.#heavy.add(bytes);
  }

  /** A run has ended that was counted with as many bytes. */
  leaveHeavy(bytes: number): void {
    this.#heavy.remove(bytes);
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

  /** Requests in flight that are no heavy runs; a batch may hold several of these, and some are nobody's. */
  get #light(): number {
    return Math.max(0, this.#requests - this.#heavy.runs);
  }

  #reason({ maxConcurrency, maxEventLoopDelay, maxBacklog }: LoadLimits, bodyLength?: string): ShedReason | undefined {
    if (this.#requests >= maxConcurrency) return 'concurrency';
    if (this.#requests < few) return undefined;
    if (maxBacklog > 0 && this.#light >= Math.max(few, this.#backlog.most)) return 'backlog';
    if (maxBacklog > 0 && this.#heavy.isFullFor(bodyLength)) return 'heavy';
    if (maxEventLoopDelay === 0) return undefined;
    return this.#delay.isBehind(this.#loopTime().nowMs, maxEventLoopDelay) ? 'event_loop' : undefined;
  }

  /** Looks only while there is much to do, so that a gateway that nobody asks sleeps. */
  #sample(): NodeJS.Timeout {
    const state = this.#look();
    this.#delay.begin(state.nowMs);
    this.#backlog.begin(state);
    this.#heavy.begin(state);
    const timer = setTimeout(() => {
      const isBusy = this.#peak >= few;
      this.#peak = this.#requests;
      const state = this.#look();
      const { maxEventLoopDelay = 0, maxBacklog = 0 } = this.#limits ?? {};
      this.#delay.turn(state.nowMs, isBusy ? maxEventLoopDelay : Number.POSITIVE_INFINITY);
      this.#backlog.turn(state, maxBacklog);
      this.#heavy.turn(state, maxBacklog);
      if (isBusy) timer.refresh();
      else this.#sampling = undefined;
    }, samplingMs);
    return timer.unref();
  }

  /** What is heavy left out. */
  #look(): LoopState {
    return { ...this.#loopTime(), inFlight: this.#light, answered: this.#answered - this.#heavy.ended };
  }
}

function readLoopTime(): LoopTime {
  return { nowMs: performance.now(), idleMs: performance.eventLoopUtilization().idle };
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
