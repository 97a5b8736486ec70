import type { RedisStoreConfig } from '../config/rate-limit.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { LimitStoreReporter, Telemetry } from '../telemetry/telemetry.ts';
import { type Debit, type Limit, shareOf, toState, usedAt } from './bucket.ts';
import { idOf, runDebits } from './debit-script.ts';
import { type LastingLimitStore, type Taken, toUse, type UsePage } from './limit-store.ts';
import { listBuckets } from './list-script.ts';
import { RedisConnection } from './redis-connection.ts';

interface RedisLimitStoreOptions {
  readonly config: RedisStoreConfig;
  /** Counts while Redis cannot. */
  readonly local: LastingLimitStore;
  /** In milliseconds, for how often to log. */
  readonly now: () => number;
  /** In milliseconds since the epoch. */
  readonly date: () => number;
  readonly log: Logger;
  readonly telemetry: Pick<Telemetry, 'limitStoreOpened'>;
}

const logEveryMs = 10_000;

/** Written when a connection is tried, so that a Redis that only reads is not taken for one that works. */
const probe: readonly Debit[] = [
  { limit: { name: 'probe', amount: 1, periodMs: 1_000, burst: 1 }, subject: '', amount: 1 },
];

/** Counts in a Redis that gateways share: one round trip for all limits of an operation, by the clock of Redis. */
export class RedisLimitStore implements LastingLimitStore {
  readonly #options: RedisLimitStoreOptions;
  readonly #connection: RedisConnection;
  readonly #reporter: LimitStoreReporter;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #warned = false;

  constructor(options: RedisLimitStoreOptions) {
    const { redis, cluster, timeout, prefix } = options.config;
    this.#options = options;
    this.#reporter = options.telemetry.limitStoreOpened();
    this.#connection = new RedisConnection({
      redis,
      cluster,
      timeoutMs: timeout,
      probe: (client) => runDebits(client, probe, true, { prefix, date: options.date }),
      onDown: (reason) => this.#warn(reason),
      onUp: () => this.#cheer(),
    });
  }

  async take(debits: readonly Debit[]): Promise<Taken> {
    const startedAt = performance.now();
    try {
      const { fitted, buckets } = await this.#run(debits, false);
      const states = debits.map((debit, index) => {
        const { used = 0, windowLeftMs = 0 } = buckets[index] ?? {};
        return toState(used, debit, fitted, windowLeftMs);
      });
      if (!fitted) return { kind: 'refused', states };
      return { kind: 'taken', states, correct: (amounts) => this.#correct(debits, amounts) };
    } catch {
      this.#reporter.bypassed(this.#options.config.onError);
      return this.#takeWithoutRedis(debits);
    } finally {
      this.#reporter.asked(performance.now() - startedAt);
    }
  }

  async list(limits: readonly Limit[], cursor: string): Promise<UsePage> {
    const { prefix } = this.#options.config;
    const { now, buckets, next } = await this.#connection.run((client) => listBuckets(client, prefix, cursor));
    const known = new Map(limits.map((limit) => [idOf(limit), limit]));
    const uses = buckets.flatMap(({ id, label, ...level }) => {
      const limit = known.get(id);
      const used = limit === undefined ? 0 : usedAt(level, limit, now);
      if (limit === undefined || used === 0) return [];
      return [toUse(limit, label, used, limit.calendar === undefined ? 0 : limit.calendar(now).endMs - now)];
    });
    return { uses, next };
  }

  keepOnly(names: ReadonlySet<string>): void {
    this.#options.local.keepOnly(names);
  }

  close(): void {
    this.#connection.close();
    this.#reporter.closed();
    this.#options.local.close();
  }

  #run(debits: readonly Debit[], forced: boolean) {
    const { config, date } = this.#options;
    return this.#connection.run((client) => runDebits(client, debits, forced, { prefix: config.prefix, date }));
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
        return local.take(debits.map((debit) => shareOf(debit, config.localShare)));
      default:
        return config.onError satisfies never;
    }
  }

  #warn(reason: string): void {
    const { config, log, now } = this.#options;
    this.#reporter.changed(false);
    if (now() - this.#warnedAt < logEveryMs) return;
    this.#warnedAt = now();
    this.#warned = true;
    log.warn('The Redis of rateLimit.store cannot be used; rateLimit.store.onError says what is done meanwhile.', {
      onError: config.onError,
      reason,
    });
  }

  #cheer(): void {
    this.#reporter.changed(true);
    if (!this.#warned) return;
    this.#warned = false;
    this.#options.log.info('The Redis of rateLimit.store can be used again.');
  }
}
