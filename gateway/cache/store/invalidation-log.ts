import { randomUUID } from 'node:crypto';
import type { RedisClient } from '../../store/redis-client.ts';
import type { Invalidations } from './invalidations.ts';

/** Tags that Redis remembers; what is more goes from every gateway with all that is older. */
export const loggedMost = 100_000;
/** A gateway that missed more than these begins anew. */
const readMost = 10_000;
/** What is said again to a Redis that has lost it, in microseconds: others may not have heard it before. */
const repeatedMicros = 60_000_000;

/**
 * Both scripts keep the same two keys: the tags by the mark at which each was invalidated last, and the last mark, the mark from before
 * which nothing is remembered, and an id that is lost with them. Marks are microseconds by the clock of Redis, and never go back.
 */
const publishScript = `
local time = redis.call('TIME')
local last = math.max(tonumber(redis.call('HGET', KEYS[2], 'mark') or '0'), tonumber(ARGV[3]))
local mark = string.format('%.0f', math.max(time[1] * 1000000 + time[2], last + 1))
redis.call('HSET', KEYS[2], 'mark', mark)
redis.call('HSETNX', KEYS[2], 'id', ARGV[4])
for i = 5, #ARGV do redis.call('ZADD', KEYS[1], mark, ARGV[i]) end
local extra = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[2])
if extra > 0 then
  extra = extra + math.floor(ARGV[2] / 10)
  redis.call('HSET', KEYS[2], 'floor', redis.call('ZRANGE', KEYS[1], extra - 1, extra - 1, 'WITHSCORES')[2])
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, extra - 1)
end
if #ARGV > 4 then redis.call('PUBLISH', ARGV[1], mark) end
return mark
`;

const readScript = `
if redis.call('HSETNX', KEYS[2], 'id', ARGV[3]) == 1 then
  local time = redis.call('TIME')
  redis.call('HSETNX', KEYS[2], 'mark', string.format('%.0f', time[1] * 1000000 + time[2]))
end
local clock = redis.call('HMGET', KEYS[2], 'id', 'mark', 'floor')
local tags = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
return { clock[1], clock[2], clock[3] or '0', tags }
`;

export interface InvalidationLogOptions {
  readonly prefix: string;
  readonly invalidations: Invalidations;
}

/** What gateways that share a Redis tell each other to be invalid. Who was away reads what was said meanwhile. */
export class InvalidationLog {
  readonly #invalidations: Invalidations;
  readonly #keys: readonly [string, string];
  readonly #prefix: string;
  #id: string | undefined;
  #readTo = 0;

  constructor({ prefix, invalidations }: InvalidationLogOptions) {
    this.#invalidations = invalidations;
    this.#prefix = prefix;
    // The braces keep both in one slot of a cluster, as a script needs them.
    this.#keys = [`{${prefix}}:cache:invalid`, `{${prefix}}:cache:clock`];
  }

  /** Where it is published that there is something to read. */
  get channel(): string {
    return `${this.#prefix}:cache:invalid`;
  }

  /** @throws Error when Redis does not take it */
  async publish(client: RedisClient, tags: readonly string[]): Promise<void> {
    const { mark: least } = this.#invalidations;
    const reply = await client.eval(
      publishScript,
      2,
      ...this.#keys,
      this.channel,
      loggedMost,
      least,
      randomUUID(),
      ...tags,
    );
    this.#invalidations.note(tags, toMark(reply));
  }

  /** Learns what others said. @throws Error when Redis does not tell */
  async read(client: RedisClient): Promise<void> {
    const reply = await client.eval(readScript, 2, ...this.#keys, this.#readTo, readMost, randomUUID());
    if (!Array.isArray(reply) || !Array.isArray(reply[3])) throw notUnderstood();
    const [id, marked, floor, tags] = reply;
    const mark = toMark(marked);
    const known = this.#invalidations.mark;
    const isLost = this.#id !== undefined && this.#id !== id;
    if (isLost) this.#readTo = 0;
    this.#id = String(id);
    if (isLost || mark < known) {
      const repeated = isLost ? this.#invalidations.since(known - repeatedMicros) : [];
      await this.publish(client, repeated);
      if (isLost) return await this.read(client);
    }
    for (let index = 0; index + 1 < tags.length; index += 2) {
      this.#invalidations.note([String(tags[index])], toMark(tags[index + 1]));
    }
    this.#invalidations.forget(tags.length >= 2 * readMost ? mark : toMark(floor));
    this.#invalidations.advance(mark);
    this.#readTo = mark;
  }
}

function toMark(reply: unknown): number {
  const mark = Number(reply);
  if (!Number.isSafeInteger(mark)) throw notUnderstood();
  return mark;
}

function notUnderstood(): Error {
  return new Error('Redis answered something else than was asked for.');
}
