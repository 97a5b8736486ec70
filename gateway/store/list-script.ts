import { z } from 'zod';
import type { RedisClient } from './redis-client.ts';

/** As many keys as Redis looks at without keeping others waiting. */
const keysAtOnce = 500;

/**
 * Goes through the keys of buckets, which are all in one slot, so on one node of a cluster: KEYS is one of the slot, ARGV where to go on
 * and the pattern of the keys.
 */
const script = `
local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ${keysAtOnce})
local time = redis.call('TIME')
local reply = { page[1], string.format('%.17g', time[1] * 1000 + time[2] / 1000) }
for i, key in ipairs(page[2]) do reply[i + 2] = redis.call('GET', key) or '' end
return reply
`;

const reply = z.tuple([z.string(), z.coerce.number()], z.string());

interface ListReply {
  /** By the clock of Redis, in milliseconds. */
  readonly now: number;
  readonly buckets: readonly {
    /** Of its limit. */
    readonly id: string;
    readonly used: number;
    readonly at: number;
    readonly label: string;
  }[];
  readonly next: string | undefined;
}

/**
 * Reads some of the buckets that are kept in Redis; `''` begins.
 * @throws Error when Redis refuses or its answer is not understood
 */
export async function listBuckets(client: RedisClient, prefix: string, cursor: string): Promise<ListReply> {
  const answer = await client.eval(script, 1, `{${prefix}}:limit`, cursor === '' ? '0' : cursor, `{${prefix}}:limit:*`);
  const [next, now, ...values] = reply.parse(answer);
  return { now, buckets: values.flatMap(parseBucket), next: next === '0' ? undefined : next };
}

function parseBucket(value: string): ListReply['buckets'] {
  const [used = '', at = '', id = '', ...label] = value.split(' ');
  return label.length === 0 ? [] : [{ id, used: Number(used), at: Number(at), label: label.join(' ') }];
}
