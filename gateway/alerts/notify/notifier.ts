import { setTimeout as delay } from 'node:timers/promises';
import type { NotifyConfig } from '../../config/alerts.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { AlertEvent } from '../alert.ts';
import { type Channel, createChannel } from './channel.ts';

export interface NotifierOptions {
  readonly notify: readonly NotifyConfig[];
  /** What the gateway is called. */
  readonly service: string;
  readonly log: Logger;
  readonly onTold: Telemetry['alertTold'];
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Default: as the configuration has it. */
  readonly channelOf?: (config: NotifyConfig) => Channel;
  /** Before the second attempt, in milliseconds; each further pause is four times as long. */
  readonly firstPauseMs?: number;
}

/** Tells those that are to be told of alerts. */
export interface Notifier {
  /** Never waits and never throws. */
  readonly tell: (event: AlertEvent) => void;
  readonly close: () => Promise<void>;
}

const attemptsMost = 5;
/** Of each channel; then the oldest is given up. */
const waitingMost = 200;
const pauseFactor = 4;

/** Creates it; each channel has a queue of its own, so that one that is slow holds up no other. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { notify, service, channelOf = (config) => createChannel(config, service) } = options;
  const stop = new AbortController();
  const queues = notify.map((config) => new Queue(config, channelOf(config), options, stop.signal));
  return {
    tell(event) {
      for (const queue of queues) queue.add(event);
    },
    async close() {
      stop.abort();
      await Promise.all(queues.map(({ idle }) => idle));
    },
  };
}

class Queue {
  /** Resolves when nothing waits. */
  idle: Promise<void> = Promise.resolve();
  readonly #config: NotifyConfig;
  readonly #channel: Channel;
  readonly #options: NotifierOptions;
  readonly #stop: AbortSignal;
  readonly #waiting: AlertEvent[] = [];
  #isBusy = false;

  constructor(config: NotifyConfig, channel: Channel, options: NotifierOptions, stop: AbortSignal) {
    this.#config = config;
    this.#channel = channel;
    this.#options = options;
    this.#stop = stop;
  }

  add(event: AlertEvent): void {
    const { only, kind } = this.#config;
    if (only !== undefined && !only.includes(event.alert.severity)) return;
    this.#waiting.push(event);
    if (this.#waiting.length > waitingMost) {
      this.#waiting.shift();
      this.#options.onTold(kind, 'lost');
    }
    if (!this.#isBusy) this.idle = this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      const isTold = await this.#tell(event);
      this.#options.onTold(this.#config.kind, isTold ? 'told' : 'lost');
    }
    this.#isBusy = false;
  }

  async #tell(event: AlertEvent): Promise<boolean> {
    const { log, random, firstPauseMs = 1_000 } = this.#options;
    const { kind: channel } = this.#config;
    let reason: unknown;
    for (let attempt = 0; attempt < attemptsMost && !this.#stop.aborted; attempt += 1) {
      try {
        if (attempt > 0) {
          const pauseMs = firstPauseMs * pauseFactor ** (attempt - 1) * (0.75 + random() / 2);
          await delay(pauseMs, undefined, { signal: this.#stop, ref: false });
        }
        await this.#channel(event, this.#stop);
        return true;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    log.error('Nobody was told of an alert.', { channel, alert: event.alert.name, event: event.kind, reason });
    return false;
  }
}
