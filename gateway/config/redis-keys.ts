import { z } from 'zod';

/** Keys of every section that names a Redis. */
export const redisKeys = {
  redis: z
    .url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' })
    .describe('Redis that all gateways share; 5 or later.'),
  cluster: z.boolean().default(false).describe('Whether the URL is that of a node of a Redis Cluster.'),
  prefix: z
    .string()
    .regex(/^[\w:.-]{1,64}$/, 'must hold only letters, digits and _ : . -, at most 64')
    .default('overlock'),
} as const;
