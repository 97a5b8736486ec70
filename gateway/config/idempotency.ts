import { z } from 'zod';
import { clusterIsForUrls, isOneKindOfRedis, redisKeys } from './redis-keys.ts';
import { size, timeout } from './units.ts';

const redisStore = z
  .strictObject({
    redis: redisKeys.redis,
    cluster: redisKeys.cluster,
    timeout: timeout()
      .prefault('200ms')
      .describe('How long a mutation with a key may wait for Redis, before and after it is run.'),
    onError: z
      .enum(['refuse', 'run'])
      .default('refuse')
      .describe('While Redis cannot be used: refuse mutations with a key with 503, or run them as if they had none.'),
    prefix: redisKeys.prefix.describe('What its keys begin with. Gateways with the same prefix share what is kept.'),
  })
  .refine(isOneKindOfRedis, clusterIsForUrls);

/** Mutations that may be sent again without being run again. */
export const idempotencySection = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Whether a mutation with the header Idempotency-Key is run once: who sends it again, with the same identity, document and variables, gets the answer that is kept, and with others 422. Without it the header means nothing here.',
      ),
    keepFor: timeout().prefault('24h').describe('How long answers are kept.'),
    answerBytes: size()
      .prefault('1mb')
      .describe(
        'Largest answer that is kept. A mutation with a larger one is not run again either, its key is refused with 409.',
      ),
    store: z
      .union([z.literal('memory'), redisStore], 'must be memory, or a mapping with the URL of a redis')
      .default('memory')
      .describe(
        'Where they are kept: in the memory of one gateway, or in a Redis that all of them share. The workers of one gateway share its memory; several gateways need a Redis.',
      ),
    memoryBytes: size()
      .prefault('32mb')
      .describe(
        'Most that answers in memory may take; beyond, the oldest are forgotten, and their mutations could be run again.',
      ),
  })
  .prefault({});

export type IdempotencyRedisConfig = z.output<typeof redisStore>;
