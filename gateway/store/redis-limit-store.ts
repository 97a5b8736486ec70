import type { RedisStoreConfig } from '../config/rate-limit.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type Debit, toState } from './bucket.ts';
import { runDebits } from './debit-script.ts';
import type { LimitStore, Taken } from './limit-store.ts';
import { RedisConnection } from './redis-connection.ts';

interface RedisLimitStoreOptions {
  readonly config: RedisStoreConfig;
  /** Counts while Redis cannot. */
  readonly local: LimitStore;
  /** In milliseconds, for how often to log. */
  readonly now: () => number;
  readonly log: Logger;
}

const logEveryMs = 10_000;

/** Written when a connection is tried, so that a Redis that only reads is not taken for one that works. */
const probe: readonly Debit[] = [
  { limit: { name: 'probe', amount: 1, periodMs: 1_000, burst: 1 }, subject: '', amount: 1 },
];

/** Counts in a Redis that gateways share: one round trip for all limits of an operation, by the clock of Redis. */
export class RedisLimitStore implements LimitStore {
  readonly #options: RedisLimitStoreOptions;
  readonly #connection: RedisConnection;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #warned = false;

  constructor(options: RedisLimitStoreOptions) {
    const { redis, cluster, timeout, prefix } = options.config;
    this.#options = options;
    this.#connection = new RedisConnection({
      url: redis,
      cluster,
      timeoutMs: timeout,
      probe: (client) => runDebits(client, prefix, probe, true),
      onDown: (reason) => this.#warn(reason),
      onUp: () => this.#cheer(),
    });
  }

  async take(debits: readonly Debit[]): Promise<Taken> {
    try {
      const { fitted, used } = await this.#run(debits, false);
      const states = debits.map((debit, index) => toState(used[index] ?? 0, debit, fitted));
      if (!fitted) return { kind: 'refused', states };
      return { kind: 'taken', states, correct: (amounts) => this.#correct(debits, amounts) };
    } catch {
      return this.#takeWithoutRedis(debits);
    }
  }

  close(): void {
    this.#connection.close();
    this.#options.local.close();
  }

  #run(debits: readonly Debit[], forced: boolean) {
    return this.#connection.run((client) => runDebits(client, this.#options.config.prefix, debits, forced));
  }

  async #correct(debits: readonly Debit[], amounts: readonly number[]): Promise<void> {
    const corrections = debits
      .map((debit, index) => ({ ...debit, amount: amounts[index] ?? 0 }))
      .filter(({ amount }) => amount !== 0);
    // Nobody waits for it, and an estimate that stays is only less exact.
    if (corrections.length > 0) await this.#run(corrections, true).catch(() => undefined);
  }

  #takeWithoutRedis(debits: readonly Debit[]): Taken | Promise<Taken> {
    const { config, local } = this.#options;
    switch (config.onError) {
      case 'allow':
        return { kind: 'unknown', allowed: true };
      case 'deny':
        return { kind: 'unknown', allowed: false };
      case 'local':
        return local.take(debits.map((debit) => ({ ...debit, limit: shareOf(debit.limit, config.localShare) })));
      default:
        return config.onError satisfies never;
    }
  }

  #warn(reason: string): void {
    const { config, log, now } = this.#options;
    if (now() - this.#warnedAt < logEveryMs) return;
    this.#warnedAt = now();
    this.#warned = true;
    log.warn('The Redis of rateLimit.store cannot be used; rateLimit.store.onError says what is done meanwhile.', {
      onError: config.onError,
      reason,
    });
  }

  #cheer(): void {
    if (!this.#warned) return;
    this.#warned = false;
    this.#options.log.info('The Redis of rateLimit.store can be used again.');
  }
}

function shareOf(limit: Debit['limit'], share: number): Debit['limit'] {
  return { ...limit, amount: limit.amount * share, burst: Math.max(1, limit.burst * share) };
}
