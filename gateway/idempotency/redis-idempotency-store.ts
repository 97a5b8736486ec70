import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { IdempotencyRedisConfig } from '../config/idempotency.ts';
import type { RedisClient } from '../store/redis-client.ts';
import { RedisConnection } from '../store/redis-connection.ts';
import type { Logger } from '../telemetry/logger.ts';
import { idempotencyScripts } from './idempotency-scripts.ts';
import type { Claim, Hold, IdempotencyStore } from './idempotency-store.ts';

export interface RedisStoreOptions {
  readonly config: Pick<IdempotencyRedisConfig, 'redis' | 'cluster' | 'timeout' | 'prefix'>;
  readonly keepForMs: number;
  /** How long a mutation may take; who has held a key for longer is gone. */
  readonly holdMs: number;
  readonly log: Logger;
}

/** How soon a key that somebody holds is looked at again. */
const lookEveryMs = 50;

/** Keeps them in a Redis that gateways share. */
export class RedisIdempotencyStore implements IdempotencyStore {
  readonly #options: RedisStoreOptions;
  readonly #connection: RedisConnection;
  #down = false;

  constructor(options: RedisStoreOptions) {
    const { redis, cluster, timeout } = options.config;
    this.#options = options;
    this.#connection = new RedisConnection({
      redis,
      cluster,
      timeoutMs: timeout,
      // Takes and gives back, so that a Redis that only reads is not taken for one that works.
      probe: async (client) => {
        const key = this.#toKey(`probe ${randomUUID()}`);
        await client.eval(idempotencyScripts.claim, 1, key, '', 'probe', 1, 1_000);
        await client.eval(idempotencyScripts.release, 1, key, 'probe');
      },
      onDown: (reason) => this.#warn(reason),
      onUp: () => this.#cheer(),
    });
  }

  readonly claim = async (key: string, payload: string): Promise<Claim> => {
    const { holdMs, keepForMs } = this.#options;
    const token = randomUUID();
    const reply = await this.#run('claim', key, [payload, token, holdMs, Math.max(keepForMs, holdMs)]);
    const [kind, text] = Array.isArray(reply) ? reply : [];
    switch (kind) {
      case 'taken':
        return { kind, hold: this.#hold(key, token) };
      case 'kept':
        return { kind, text: String(text) };
      case 'running':
        return { kind, changed: pause(lookEveryMs) };
      case 'lost':
      case 'other':
        return { kind };
      default:
        throw new Error('Redis answered something else than was asked for.');
    }
  };

  readonly close = (): void => {
    this.#connection.close();
  };

  #hold(key: string, token: string): Hold {
    const { keepForMs, log } = this.#options;
    const attempt = async (script: 'keep' | 'release', args: readonly (string | number)[]) => {
      try {
        const reply = await this.#run(script, key, [token, ...args]);
        if (reply === 0) log.warn('What became of a mutation is not kept: Redis has forgotten its Idempotency-Key.');
      } catch {
        // The reason is in the log already. Until it is forgotten, the key is refused: that is safe.
        log.warn('What became of a mutation could not be kept; its Idempotency-Key is refused from now on.');
      }
    };
    return {
      keep: (text) => attempt('keep', text === undefined ? ['lost', 1, keepForMs] : ['text', text, keepForMs]),
      release: () => attempt('release', []),
    };
  }

  #run(script: keyof typeof idempotencyScripts, key: string, args: readonly (string | number)[]): Promise<unknown> {
    return this.#connection.run((client: RedisClient) =>
      client.eval(idempotencyScripts[script], 1, this.#toKey(key), ...args),
    );
  }

  #toKey(key: string): string {
    return `${this.#options.config.prefix}:idempotency:${key}`;
  }

  #warn(reason: string): void {
    if (!this.#down) this.#options.log.warn('The Redis of idempotency.store cannot be used.', { reason });
    this.#down = true;
  }

  #cheer(): void {
    if (this.#down) this.#options.log.info('The Redis of idempotency.store can be used again.');
    this.#down = false;
  }
}
