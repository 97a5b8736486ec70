import { performance } from 'node:perf_hooks';
import type { ClientRequest } from '../transport/send.ts';
import type { ExecutionRequest } from './engine.ts';
import { Pace } from './pace.ts';

/** Runs with shorter answers are not counted: what they hold is little, and they are many. */
const countedFrom = 16_384;

/** How many bytes of answers are in the making at a time, at first and at least. */
const bytesAtFirst = 1_048_576;
const bytesLeast = bytesAtFirst / 2;

/** How often it is looked whether the process had time to spare, in milliseconds, while runs wait. */
const lookEveryMs = 50;

/** How much of its time the process is to be busy while runs wait: to the last of it would take many more, of which each waits longer. */
const busyEnough = 0.95;
/** How much the latest look says of how busy it is: a moment in which subgraphs were late is none to begin many at. */
const latest = 0.4;

/** What becomes of the limit at each look: as much more as there is time to spare, by the part of its time that the process is busy. */
function stepFor(busy: number): number {
  if (busy >= busyEnough) return 0.9;
  return Math.min(busy < 0.5 ? 1.5 : 1.2, busyEnough / busy);
}

/** What a run is for. */
interface HeavyRequest extends Pick<ExecutionRequest, 'signal'> {
  readonly client: Pick<ClientRequest, 'headers'>;
}

interface Waiting {
  readonly bytes: number;
  readonly begin: () => void;
}

/** How a process spent its time since it began, in milliseconds. */
export interface LoopTime {
  readonly active: number;
  readonly idle: number;
}

/** A run that is to begin. */
interface HeavyEntry {
  /** How long its answer will be, about. */
  readonly bytes: number;
  /** What the header Content-Length of its request says. */
  readonly bodyLength: string | undefined;
  /** How long it would have to wait at least for those before it to have their turn, in milliseconds. */
  readonly lineMs: number;
}

/** Counts heavy runs, also those of other generations, and refuses them while they are too many. */
export interface HeavyLoad {
  /** @throws GatewayError OVERLOADED */
  readonly enter: (entry: HeavyEntry) => void;
  readonly leave: (bytes: number) => void;
}

const noLimit: HeavyLoad = { enter: () => {}, leave: () => {} };

/**
 * Lets as many runs with long answers be under way at a time as keep the process busy, and the others wait their turn. More would make
 * nobody's answer come earlier, and all of them dearer: what a run has fetched is copied by young collections of garbage for as long as
 * it waits for the rest, and what outlives two of them is only freed by a whole one. Fifty heavy requests at a time were measured to take
 * half as much CPU time again as a dozen.
 */
export class HeavyRuns {
  readonly #load: HeavyLoad;
  readonly #loopTime: () => LoopTime;
  readonly #waiting = new Set<Waiting>();
  #bytesWaiting = 0;
  readonly #pace = new Pace();
  /** Since the last look. */
  #bytesEnded = 0;
  #bytes = 0;
  #bytesMost = bytesAtFirst;
  #timer: NodeJS.Timeout | undefined;
  /** On average; `undefined` before the first look. */
  #busy: number | undefined;
  #lookedAt: LoopTime = { active: 0, idle: 0 };

  constructor(load = noLimit, loopTime: () => LoopTime = () => performance.eventLoopUtilization()) {
    this.#load = load;
    this.#loopTime = loopTime;
  }

  /**
   * Begins a run whose answer is about as long as `bytes`, now, or in its turn: then it gives a promise of that. Who is no longer waited
   * for, as its signal says, need not wait either. One `leave` follows with the same `bytes`.
   * @throws GatewayError OVERLOADED
   */
  enter(bytes: number, { signal, client }: HeavyRequest): Promise<void> | undefined {
    if (bytes < countedFrom) return undefined;
    const lineMs = this.#pace.msFor(this.#bytesWaiting);
    this.#load.enter({ bytes, bodyLength: client.headers.get('content-length'), lineMs });
    if (this.#waiting.size === 0 && this.#hasRoomFor(bytes)) {
      this.#bytes += bytes;
      return undefined;
    }
    if (this.#timer === undefined) this.#look();
    return new Promise((resolve) => {
      const begin = () => {
        if (this.#waiting.delete(waiting)) this.#bytesWaiting -= bytes;
        this.#bytes += bytes;
        signal?.removeEventListener('abort', begin);
        resolve();
      };
      const waiting = { bytes, begin };
      this.#waiting.add(waiting);
      this.#bytesWaiting += bytes;
      signal?.addEventListener('abort', begin);
      if (signal?.aborted === true) begin();
    });
  }

  /** A run has ended. */
  leave(bytes: number): void {
    if (bytes < countedFrom) return;
    this.#load.leave(bytes);
    this.#bytes -= bytes;
    this.#bytesEnded += bytes;
    this.#beginNext();
  }

  #hasRoomFor(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= this.#bytesMost;
  }

  #beginNext(): void {
    for (const { bytes, begin } of this.#waiting) {
      if (!this.#hasRoomFor(bytes)) return;
      begin();
    }
  }

  /** Begins to look at how busy the process is, until nobody waits. */
  #look(): void {
    this.#lookedAt = this.#loopTime();
    this.#bytesEnded = 0;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting.size === 0) {
        this.#busy = undefined;
        return;
      }
      this.#adapt();
      this.#beginNext();
      this.#look();
    }, lookEveryMs);
  }

  #adapt(): void {
    const { active, idle } = this.#loopTime();
    const activeMs = active - this.#lookedAt.active;
    const busy = activeMs / (activeMs + idle - this.#lookedAt.idle);
    const average = this.#busy === undefined ? busy : this.#busy + (busy - this.#busy) * latest;
    this.#busy = average;
    this.#pace.note(this.#bytesEnded, activeMs);
    this.#bytesMost = Math.max(bytesLeast, this.#bytesMost * stepFor(average));
  }
}
