import { z } from 'zod';
import { clusterIsForUrls, isOneKindOfRedis, redisKeys } from './redis-keys.ts';
import { always, type Quota, quota, type Rate, rate, share, timeout, timeZone } from './units.ts';

/** A coordinate of the schema, either part of which may hold `*` for any characters. */
const fieldPattern = z
  .string()
  .regex(/^[\w*]{1,128}\.[\w*]{1,128}$/, 'must be a field such as Mutation.login, Query.admin* or *.email');

const redisStore = z
  .strictObject({
    redis: redisKeys.redis,
    cluster: redisKeys.cluster,
    timeout: timeout().prefault('50ms').describe('How long a request may wait for Redis.'),
    onError: z
      .enum(['local', 'allow', 'deny'])
      .default('local')
      .describe(
        'While Redis cannot be used: local counts in each gateway, allow lets everything pass, deny refuses with 503.',
      ),
    localShare: share()
      .prefault('100%')
      .describe('The part of each limit that one gateway gives out while it counts by itself.'),
    prefix: redisKeys.prefix.describe('What its keys begin with. Gateways with the same prefix share their limits.'),
  })
  .refine(isOneKindOfRedis, clusterIsForUrls);

const rule = z
  .strictObject({
    per: z
      .enum(['client', 'ip', 'tier', 'operation', 'gateway'])
      .describe(
        'Who shares the limit: each client (its identity, or its address when anonymous), each address (of IPv6, each /64), all of a tier, each operation, or everybody.',
      ),
    limit: rate().optional().describe('How much is allowed in how long; it comes back evenly, not at once.'),
    burst: z.int().min(1).optional().describe('How much may be used at once. Default: the amount of the limit.'),
    quota: quota()
      .optional()
      .describe(
        'In place of a limit: how much is allowed in each day or month of the calendar; it comes back at its end.',
      ),
    timezone: timeZone().optional().describe('Whose days and months a quota counts by. Default: UTC.'),
    unit: z.enum(['requests', 'cost']).default('requests').describe('What is counted: operations, or their cost.'),
    concurrency: z
      .int()
      .min(1)
      .optional()
      .describe('In place of a limit: most queries and mutations in flight, counted in each gateway.'),
    fields: z
      .union([fieldPattern, z.array(fieldPattern).min(1)], 'must be a field or a list of fields')
      .transform((patterns) => [patterns].flat())
      .optional()
      .describe('Only operations with these fields; each time that one is selected counts, under any alias.'),
    tier: z.string().min(1).optional().describe('Only identities of this tier.'),
    anonymous: z.boolean().optional().describe('Only anonymous clients, or with false only identified ones.'),
    name: z
      .string()
      .regex(/^[\x20-\x7e]{1,64}$/, 'must be at most 64 printable ASCII characters')
      .optional()
      .describe('What clients are told that the limit is called. Default: what it says, such as client/min.'),
  })
  .refine(
    ({ limit, quota, concurrency }) => [limit, quota, concurrency].filter((one) => one !== undefined).length === 1,
    {
      message: 'needs one of limit, quota and concurrency',
      ...always,
    },
  )
  .refine(({ burst, limit }) => burst === undefined || limit !== undefined, {
    message: 'is only for a limit',
    path: ['burst'],
    ...always,
  })
  .refine(({ timezone, quota }) => timezone === undefined || quota !== undefined, {
    message: 'is only for a quota',
    path: ['timezone'],
    ...always,
  })
  .transform(({ name, ...one }) => ({ ...one, name: name ?? describeRule(one) }))
  .meta({ either: ['limit', 'quota', 'concurrency'] });

/** How often clients may ask. */
export const rateLimitSection = z
  .strictObject({
    store: z
      .union([z.literal('memory'), redisStore], 'must be memory, or a mapping with the URL of a redis')
      .default('memory')
      .describe('Where is counted: in the memory of each gateway, or in a Redis that all of them share.'),
    memoryBuckets: z
      .int()
      .min(1)
      .default(100_000)
      .describe(
        'For how many clients each limit counts in memory; beyond, those that asked longest ago are forgotten.',
      ),
    rules: z
      .array(rule)
      .max(50)
      .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, {
        message: 'must not have two rules for the same thing: give one of them another name',
        abort: true,
      })
      .default([])
      .describe('All rules that an operation falls under are checked together; it counts for all of them or for none.'),
  })
  .prefault({});

function describeRule(one: {
  readonly per: string;
  readonly limit?: Rate | undefined;
  readonly quota?: Quota | undefined;
  readonly unit: string;
  readonly fields?: readonly string[] | undefined;
  readonly tier?: string | undefined;
  readonly anonymous?: boolean | undefined;
}): string {
  const { per, limit, quota, unit, fields = [], tier, anonymous } = one;
  const who = anonymous === undefined ? undefined : anonymous ? 'anonymous' : 'identified';
  const words = [per, who, tier, unit === 'cost' ? unit : undefined, ...fields];
  const text = words.filter((word) => word !== undefined).join(' ');
  if (limit !== undefined) return `${text}/${limit.period}`;
  return quota === undefined ? `${text} concurrency` : `${text} quota/${quota.period}`;
}

export type RateLimitConfig = z.output<typeof rateLimitSection>;
export type RateLimitRule = RateLimitConfig['rules'][number];
export type RedisStoreConfig = Exclude<RateLimitConfig['store'], 'memory'>;
