import { hash } from 'node:crypto';
import type { Debit } from './bucket.ts';
import type { RedisClient } from './redis-connection.ts';

/**
 * `bucket.ts` again, inside of Redis: for all buckets in one step and by one clock. ARGV holds whether to debit come what may, then for
 * each key the amount, the burst, and the units that leak in a millisecond.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local forced = ARGV[1] == '1'
local levels = redis.call('MGET', unpack(KEYS))
local used, since, fits = {}, {}, true
for i = 1, #KEYS do
  local amount, burst, leak = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  local level, at = string.match(levels[i] or '', '^(%S+) (%S+)$')
  since[i] = tonumber(at) or now
  used[i] = math.max(0, (tonumber(level) or 0) - math.max(0, now - since[i]) * leak)
  if used[i] + amount > burst + 1e-6 then fits = false end
end
local reply = { fits and 1 or 0 }
for i = 1, #KEYS do
  if forced or fits then used[i] = math.max(0, used[i] + tonumber(ARGV[3 * i - 1])) end
  if forced or fits or since[i] > now then
    local emptyAfter = math.ceil(used[i] / tonumber(ARGV[3 * i + 1])) + 1
    redis.call('SET', KEYS[i], string.format('%.17g %.17g', used[i], now), 'PX', string.format('%.0f', emptyAfter))
  end
  reply[i + 1] = string.format('%.17g', used[i])
end
return reply
`;

const scriptDigest = hash('sha1', script);

/** What Redis did with debits: whether they fitted, and how full their buckets are now. */
interface DebitReply {
  readonly fitted: boolean;
  readonly used: readonly number[];
}

/**
 * Debits buckets in Redis, all or none; with `forced` all, whatever their limits say.
 * @throws Error when Redis refuses or its answer is not understood
 */
export async function runDebits(
  client: RedisClient,
  prefix: string,
  debits: readonly Debit[],
  forced: boolean,
): Promise<DebitReply> {
  const keys = debits.map((debit) => toKey(prefix, debit));
  const args = [
    forced ? 1 : 0,
    ...debits.flatMap(({ amount, limit }) => [amount, limit.burst, limit.amount / limit.periodMs]),
  ];
  const reply = await client.evalsha(scriptDigest, keys.length, ...keys, ...args).catch((error: unknown) => {
    // A Redis that was restarted or flushed has forgotten the script.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return client.eval(script, keys.length, ...keys, ...args);
  });
  if (!Array.isArray(reply)) throw new Error('Redis answered something else than was asked for.');
  const [fitted, ...used] = reply;
  return { fitted: fitted === 1, used: used.map(Number) };
}

/** The braces keep all keys in one slot of a cluster, as one script needs them; what a client may have a say in is in the digest only. */
function toKey(prefix: string, { limit, subject }: Debit): string {
  return `{${prefix}}:limit:${hash('sha256', `${limit.name}\0${subject}`, 'base64url')}`;
}
