import { z } from 'zod';
import { always } from './units.ts';

const expected = 'must be a redis:// or rediss:// URL, or a mapping with sentinels and name';

const url = z
  .url({ protocol: /^rediss?$/, error: expected })
  .describe('URL of a server, or with cluster: true of any node of a Redis Cluster.');

const sentinels = z
  .strictObject({
    sentinels: z
      .array(
        z
          .string()
          .regex(
            /^(\[[\da-fA-F:]{2,45}\]|[\w.-]{1,253})(:\d{1,5})?$/,
            'must be such as sentinel-1:26379 or [::1]:26379',
          ),
      )
      .min(1)
      .max(100)
      .describe('Addresses of sentinels; without a port, 26379.'),
    name: z
      .string()
      .regex(/^[\w.-]{1,128}$/, 'must hold only letters, digits and _ . -, at most 128')
      .describe('What the sentinels call the master.'),
    username: z.string().min(1).optional().describe('User of the servers. Default: the default user.'),
    password: z.string().min(1).optional().describe('Password of the servers. Default: none.'),
    sentinelUsername: z.string().min(1).optional().describe('User of the sentinels. Default: the default user.'),
    sentinelPassword: z.string().min(1).optional().describe('Password of the sentinels. Default: none.'),
    database: z.int().min(0).max(1_000_000).default(0).describe('Number of the database.'),
    tls: z.boolean().default(false).describe('Whether servers and sentinels are spoken to with TLS.'),
  })
  .describe('Sentinels that know which server is the master.');

/** Keys of every section that names a Redis. */
export const redisKeys = {
  redis: z
    .union([url, sentinels], expected)
    .describe('Redis that all gateways share, 5 or later: a URL, or sentinels that know which server is the master.'),
  cluster: z.boolean().default(false).describe('Whether the URL is that of a node of a Redis Cluster.'),
  prefix: z
    .string()
    .regex(/^[\w:.-]{1,64}$/, 'must hold only letters, digits and _ : . -, at most 64')
    .default('overlock'),
} as const;

/** Where a Redis is. */
export type RedisPlace = z.output<typeof redisKeys.redis>;
/** Sentinels, and how to speak to them and to the servers that they look after. */
export type RedisSentinels = z.output<typeof sentinels>;

interface OneRedis {
  readonly redis: RedisPlace;
  readonly cluster: boolean;
}

/** Whether a section does not name sentinels and say that they are a node of a cluster. */
export const isOneKindOfRedis = ({ redis, cluster }: OneRedis) => !cluster || typeof redis !== 'object';
/** What is wrong with one that does. */
export const clusterIsForUrls = { message: 'is only for a URL', path: ['cluster'], ...always };
