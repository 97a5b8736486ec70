import { z } from 'zod';
import type { RateLimitConfig } from './rate-limit.ts';
import { clusterIsForUrls, isOneKindOfRedis, redisKeys } from './redis-keys.ts';
import { filePath, timeout } from './units.ts';

const fileStore = z.strictObject({
  file: filePath().describe('File that all gateways of this machine, or of a shared disk, write and watch.'),
});

const redisStore = z
  .strictObject({
    redis: redisKeys.redis,
    cluster: redisKeys.cluster,
    timeout: timeout().prefault('2s').describe('How long Redis may take to answer. No request waits for it.'),
    prefix: redisKeys.prefix.describe('What its keys begin with. Gateways with the same prefix share what is kept.'),
  })
  .refine(isOneKindOfRedis, clusterIsForUrls);

/** Where it is kept what operators say at run time. */
export const controlSection = z
  .strictObject({
    store: z
      .union(
        [z.literal('memory'), fileStore, redisStore],
        'must be memory, or a mapping with a file or the URL of a redis',
      )
      .optional()
      .describe(
        'Where revocations, blocks, API keys, levels of the log and the canaries of subgraphs are kept: in the memory of each gateway until it ends, in a file, or in a Redis. A change counts on all gateways of a store within a second. Default: the Redis of rateLimit.store, or else memory.',
      ),
  })
  .prefault({});

export type ControlStoreConfig = NonNullable<z.output<typeof controlSection>['store']>;
export type ControlRedisConfig = z.output<typeof redisStore>;

interface Sections {
  readonly control: z.output<typeof controlSection>;
  readonly rateLimit: Pick<RateLimitConfig, 'store'>;
}

/** The store that a configuration means: where limits are shared, what operators say is shared as well. */
export function controlStoreOf({ control, rateLimit }: Sections): ControlStoreConfig {
  if (control.store !== undefined) return control.store;
  if (rateLimit.store === 'memory') return 'memory';
  const { redis, cluster, prefix } = rateLimit.store;
  return redisStore.parse({ redis, cluster, prefix });
}
