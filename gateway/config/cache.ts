import { z } from 'zod';
import { parseCacheTagFormat } from '../../schema/supergraph/cache-tag-format.ts';
import { headerName } from './headers.ts';
import { clusterIsForUrls, isOneKindOfRedis, redisKeys } from './redis-keys.ts';
import { always, duration, size, timeout } from './units.ts';

const redisStore = z
  .strictObject({
    redis: redisKeys.redis,
    cluster: redisKeys.cluster,
    timeout: timeout()
      .prefault('50ms')
      .describe('How long a request may wait for Redis. Then it is as if nothing was stored.'),
    prefix: redisKeys.prefix.describe('What its keys begin with. Gateways with the same prefix share what they store.'),
  })
  .refine(isOneKindOfRedis, clusterIsForUrls);

const rule = z
  .strictObject({
    fields: z
      .string()
      .regex(
        /^[\w*]{1,128}(\.[\w*]{1,128})?$/,
        'must be a type or a field such as Product, Product.name, Query.top* or *.name',
      )
      .describe(
        'The types or fields that it is about; * stands for any letters. What is said of a type counts for fields that return it.',
      ),
    maxAge: duration().optional().describe('How old what is stored may be.'),
    scope: z
      .enum(['public', 'private'])
      .optional()
      .describe('Whether all clients may be given the same. Default: only those that bring no credentials.'),
    inheritMaxAge: z.boolean().optional().describe('Whether a field is as fresh as what it is in.'),
    staleWhileRevalidate: duration()
      .optional()
      .describe('For how long after maxAge it may be served while it is fetched anew.'),
    staleIfError: duration()
      .optional()
      .describe('For how long after maxAge it may be served when it cannot be fetched.'),
    tags: z
      .array(
        z
          .string()
          .refine(
            (tag) => parseCacheTagFormat(tag) !== undefined,
            'must be a name such as offers or top-{$args.first}',
          ),
      )
      .max(20)
      .optional()
      .describe(
        'Names by which it is removed, as @cacheTag has them: product-{$key.upc} of a type, top-{$args.first} of a field of Query.',
      ),
  })
  .refine(({ fields: _fields, ...said }) => Object.values(said).some((value) => value !== undefined), {
    message: 'says nothing; add maxAge, scope, staleIfError or another key',
    ...always,
  });

/** Headers that tell requests apart, and not their answers. */
const tracingHeaders = ['x-request-id', 'x-correlation-id', 'traceparent', 'tracestate', 'baggage'];

/** What is stored of answers, and for how long. */
export const cacheSection = z
  .strictObject({
    store: z
      .union([z.literal('memory'), redisStore], 'must be memory, or a mapping with the URL of a redis')
      .default('memory')
      .describe('Where is stored: in the memory of each gateway, or there and in a Redis that all of them share.'),
    memoryBytes: size()
      .refine((bytes) => bytes >= 64 * 1024, 'must be at least 64kb')
      .prefault('64mb')
      .describe('Most memory that what is stored takes in each gateway.'),
    response: z
      .strictObject({
        enabled: z
          .boolean()
          .default(false)
          .describe(
            'Whether whole answers to queries are stored. Each is removed with the entities that it shows; one that shows more than 400 of them, with any entity of their types.',
          ),
      })
      .prefault({})
      .describe('Whole answers.'),
    entity: z
      .strictObject({
        enabled: z
          .boolean()
          .default(false)
          .describe('Whether entities and root fields are stored as subgraphs answer them.'),
        negativeMaxAge: duration()
          .prefault('5s')
          .describe(
            'How long it is remembered at most that there is no such entity, also by a whole answer that shows so.',
          ),
      })
      .prefault({})
      .describe('What subgraphs answer.'),
    defaultMaxAge: duration()
      .prefault('0s')
      .describe(
        'How old a root field, or a field that returns objects, may be of which neither the schema nor a rule says anything.',
      ),
    staleWhileRevalidate: duration()
      .prefault('0s')
      .describe('For how long after its maxAge what no rule says it of may be served while it is fetched anew.'),
    staleIfError: duration()
      .prefault('0s')
      .describe('For how long after its maxAge what no rule says it of may be served when it cannot be fetched.'),
    rules: z
      .array(rule)
      .max(1_000)
      .default([])
      .describe(
        'What may be stored, beside @cacheControl and @cacheTag of the schema. The least of all that is said counts.',
      ),
    ignoreHeaders: z
      .array(headerName)
      .default(tracingHeaders)
      .describe(
        'Headers that are passed on to subgraphs and that no answer depends on. All others are part of what answers are stored under.',
      ),
    toClients: z
      .strictObject({
        enabled: z
          .boolean()
          .optional()
          .describe(
            'Whether answers tell browsers and CDNs for how long they may be stored: Cache-Control, Age, Vary, and for GET a weak ETag. Default: where whole answers are stored.',
          ),
        tagHeader: z
          .enum(['surrogate-key', 'cache-tag', 'edge-cache-tag'])
          .optional()
          .describe('Header by which CDNs are told the names that an answer is removed by. Default: none.'),
      })
      .prefault({})
      .describe('What browsers and CDNs are told.'),
    debugHeader: z
      .boolean()
      .default(false)
      .describe('Whether the header x-cache tells of each answer whether it was stored: hit, stale, miss or bypass.'),
  })
  .prefault({});

export type CacheConfig = z.output<typeof cacheSection>;
export type CacheRedisConfig = z.output<typeof redisStore>;
export type CacheRule = z.output<typeof rule>;
