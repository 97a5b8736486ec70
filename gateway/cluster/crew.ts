import cluster, { type Worker } from 'node:cluster';
import { missingNodeFlags } from '../lib/node-flags.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ToPrimary, ToWorker } from './messages.ts';

/** A process that answers. */
export interface Member {
  /** From 1 on; who takes the place of another one has its number. */
  readonly number: number;
  readonly send: (message: ToWorker) => void;
}

export interface CrewOptions {
  readonly size: number;
  /** The environment variable NODE_OPTIONS, which workers have too. */
  readonly nodeOptions: string | undefined;
  readonly log: Logger;
  /** How often workers are asked whether they live. */
  readonly pulseMs?: number;
}

/** Told of the workers; of one that has ended, nothing more. */
export interface CrewListener {
  readonly onMessage: (member: Member, message: ToPrimary) => void;
  /** A process has ended, whatever for. */
  readonly onExit: (member: Member, reason: string) => void;
}

/** The pause before a worker is started anew: doubled from one early end to the next. */
const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** A worker that has lived so long ended by chance, not because it cannot live. */
const longLifeMs = 60_000;

/** Who is silent for so many turns, half a minute, hangs: new connections would still be given to it. */
const pulseMs = 5_000;
const silentTurnsMost = 6;

/** A member and its process. */
interface Hand {
  readonly member: Member;
  readonly worker: Worker;
  readonly startedAtMs: number;
  /** Whether it hears what it is told. */
  listens: boolean;
  /** For how many turns nothing was heard of it. */
  silentTurns: number;
}

/** Keeps so many worker processes running. */
export class Crew {
  readonly #options: CrewOptions;
  /** What nobody was there yet to be told of. */
  readonly #early: ((listener: CrewListener) => void)[] = [];
  #listener: CrewListener | undefined;
  readonly #hands = new Map<number, Hand>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #earlyEnds = new Map<number, number>();
  readonly #ends = new Set<Promise<unknown>>();
  #restarts = 0;
  #stopping = false;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** How many there are to be. */
  get size(): number {
    return this.#options.size;
  }

  /** How many workers were started in place of others. */
  get restarts(): number {
    return this.#restarts;
  }

  start(): void {
    cluster.setupPrimary();
    const { nodeOptions, size } = this.#options;
    const { execArgv = [] } = cluster.settings;
    cluster.setupPrimary({ execArgv: [...missingNodeFlags({ nodeOptions, execArgv }), ...execArgv] });
    // The first one is there sooner when the others do not take its time.
    const first = this.#fork(1);
    first.once('message', () => {
      for (let number = 2; number <= size && !this.#stopping; number++) this.#fork(number);
    });
    this.#timers.add(setInterval(() => this.#feelPulses(), this.#options.pulseMs ?? pulseMs));
  }

  /** Tells `listener` what has happened and what will. */
  attach(listener: CrewListener): void {
    this.#listener = listener;
    for (const tell of this.#early.splice(0)) tell(listener);
  }

  broadcast(message: ToWorker): void {
    for (const { member } of this.#hands.values()) member.send(message);
  }

  /** Tells all to stop and waits until they have; those that take longer are killed. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { member, worker, listens } of this.#hands.values()) {
      if (listens) member.send({ kind: 'stop' });
      else kill(worker, 'SIGTERM');
    }
    const killing = setTimeout(() => {
      for (const { worker } of this.#hands.values()) kill(worker, 'SIGKILL');
    }, deadlineMs);
    await Promise.all(this.#ends);
    clearTimeout(killing);
  }

  #fork(number: number): Worker {
    const worker = cluster.fork();
    const member: Member = {
      number,
      send: (message) => {
        // A worker that has just died is told nothing.
        if (worker.isConnected()) worker.send(message, () => {});
      },
    };
    const hand: Hand = { member, worker, startedAtMs: performance.now(), listens: false, silentTurns: 0 };
    this.#hands.set(number, hand);
    worker.on('message', (message: ToPrimary) => {
      // What a process said may be read after its end.
      if (this.#hands.get(number) !== hand) return;
      hand.listens = true;
      hand.silentTurns = 0;
      if (message.kind !== 'pong') this.#tell(({ onMessage }) => onMessage(member, message));
    });
    const ended = new Promise<void>((resolve) => {
      const onEnd = (reason: string) => {
        this.#ends.delete(ended);
        this.#onEnd(hand, reason);
        resolve();
      };
      worker.once('exit', (code, signal) => onEnd(signal ? `by ${signal}` : `with ${code}`));
      worker.on('error', (error) => {
        this.#options.log.error('A worker cannot be reached.', { worker: number, error });
        // It could not even be started, and so will not end.
        if (pidOf(worker) === undefined) onEnd('before it began');
      });
    });
    this.#ends.add(ended);
    return worker;
  }

  #tell(tell: (listener: CrewListener) => void): void {
    if (this.#listener === undefined) this.#early.push(tell);
    else tell(this.#listener);
  }

  #onEnd(hand: Hand, reason: string): void {
    const { member, startedAtMs } = hand;
    if (this.#hands.get(member.number) !== hand) return;
    this.#hands.delete(member.number);
    this.#tell(({ onExit }) => onExit(member, reason));
    if (!this.#stopping) this.#replace(member.number, performance.now() - startedAtMs, reason);
  }

  #replace(number: number, livedMs: number, reason: string): void {
    const ends = livedMs >= longLifeMs ? 0 : (this.#earlyEnds.get(number) ?? 0);
    this.#earlyEnds.set(number, ends + 1);
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** ends);
    this.#options.log.error('A worker ended; another one takes its place.', { worker: number, reason, pauseMs });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#restarts += 1;
      this.#fork(number);
    }, pauseMs);
    this.#timers.add(timer);
  }

  /** Counts turns, not time: after a turn that took long here, all that was said meanwhile is still to be read. */
  #feelPulses(): void {
    for (const hand of this.#hands.values()) {
      // To start may take long, and all of them at once longer.
      if (!hand.listens) continue;
      const { member, worker } = hand;
      if (hand.silentTurns++ < silentTurnsMost) {
        member.send({ kind: 'ping' });
        continue;
      }
      this.#options.log.error('A worker does not answer any more, and is killed.', { worker: member.number });
      kill(worker, 'SIGKILL');
    }
  }
}

function pidOf({ process: child }: Worker): number | undefined {
  return child.pid;
}

/** Unlike the worker's own `kill`, asks for nothing before. */
function kill({ process: child }: Worker, signal: NodeJS.Signals): void {
  child.kill(signal);
}
