import { performance } from 'node:perf_hooks';
import type { ClientRequest } from '../transport/send.ts';
import type { ExecutionRequest } from './engine.ts';

/** Runs with shorter answers are not counted: what they hold is little, and they are many. */
const countedFrom = 16_384;

/** How many bytes of answers are in the making at a time, at first and at least. */
const bytesAtFirst = 1_048_576;
const bytesLeast = bytesAtFirst / 2;

/** How often it is looked whether the process had time to spare, in milliseconds, while runs wait. */
const lookEveryMs = 50;

/** What becomes of the limit at each look, by the part of its time that the process was busy. */
function stepFor(busy: number): number {
  if (busy >= 0.95) return 0.95;
  return busy >= 0.5 ? 1.1 : 1.5;
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

/** Counts heavy runs, also those of other generations, and refuses them while they are too many. */
export interface HeavyLoad {
  /**
   * `bodyLength` is what the header Content-Length of the request says.
   * @throws GatewayError OVERLOADED
   */
  readonly enter: (bytes: number, bodyLength: string | undefined) => void;
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
  #bytes = 0;
  #bytesMost = bytesAtFirst;
  #timer: NodeJS.Timeout | undefined;
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
    this.#load.enter(bytes, client.headers.get('content-length'));
    if (this.#waiting.size === 0 && this.#hasRoomFor(bytes)) {
      this.#bytes += bytes;
      return undefined;
    }
    if (this.#timer === undefined) this.#look();
    return new Promise((resolve) => {
      const begin = () => {
        this.#waiting.delete(waiting);
        this.#bytes += bytes;
        signal?.removeEventListener('abort', begin);
        resolve();
      };
      const waiting = { bytes, begin };
      this.#waiting.add(waiting);
      signal?.addEventListener('abort', begin);
      if (signal?.aborted === true) begin();
    });
  }

  /** A run has ended. */
  leave(bytes: number): void {
    if (bytes < countedFrom) return;
    this.#load.leave(bytes);
    this.#bytes -= bytes;
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
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting.size === 0) return;
      this.#adapt();
      this.#beginNext();
      this.#look();
    }, lookEveryMs);
  }

  #adapt(): void {
    const { active, idle } = this.#loopTime();
    const activeMs = active - this.#lookedAt.active;
    const busy = activeMs / (activeMs + idle - this.#lookedAt.idle);
    this.#bytesMost = Math.max(bytesLeast, this.#bytesMost * stepFor(busy));
  }
}
