import type { Config } from '../config/config.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { IdempotencyStore } from './idempotency-store.ts';
import type { IdempotencyMemory } from './memory-idempotency-store.ts';
import { RedisIdempotencyStore } from './redis-idempotency-store.ts';

/** After the time of an operation its gateway has still to say what came of it. */
const graceMs = 5_000;

/** The store that a configuration asks for; `undefined` when it asks for none. */
export function createIdempotencyStore(
  { idempotency, traffic }: Pick<Config, 'idempotency' | 'traffic'>,
  memory: IdempotencyMemory,
  log: Logger,
): IdempotencyStore | undefined {
  const { enabled, keepFor: keepForMs, memoryBytes, store } = idempotency;
  if (!enabled) return undefined;
  if (store === 'memory') return memory.within({ keepForMs, bytesMax: memoryBytes });
  const holdMs = traffic.operation.timeout + graceMs;
  return new RedisIdempotencyStore({ config: store, keepForMs, holdMs, log });
}
