import { hash } from 'node:crypto';
import type { Debit, Limit } from './bucket.ts';
import type { RedisClient } from './redis-client.ts';

/**
 * `bucket.ts` again, inside of Redis: for all buckets in one step and by one clock. ARGV holds whether to debit come what may, then for
 * each key the amount, the burst, the units that leak in a millisecond, the boundaries of the windows around now where there is a
 * calendar, and the label. A bucket with a calendar expires with its window, so what is found is of this one.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local forced = ARGV[1] == '1'
local levels = redis.call('MGET', unpack(KEYS))
local used, since, left, fits = {}, {}, {}, true

local function windowLeft(boundaries)
  local start, finish, after = string.match(boundaries, '^(%S+) (%S+) (%S+)$')
  local both = after - start
  for _, boundary in ipairs({ start, finish, after }) do
    if boundary - now > 0 and boundary - now <= both then return boundary - now end
  end
  return both
end

for i = 1, #KEYS do
  local at = 5 * i - 3
  local amount, burst, leak = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local level, written = string.match(levels[i] or '', '^(%S+) (%S+)')
  since[i] = tonumber(written) or now
  used[i] = math.max(0, (tonumber(level) or 0) - math.max(0, now - since[i]) * leak)
  left[i] = leak == 0 and windowLeft(ARGV[at + 3]) or 0
  if used[i] + amount > burst + 1e-6 then fits = false end
end
local reply = { fits and 1 or 0 }
for i = 1, #KEYS do
  local at = 5 * i - 3
  if forced or fits then used[i] = math.max(0, used[i] + tonumber(ARGV[at])) end
  if forced or fits or since[i] > now then
    local lives = left[i] > 0 and left[i] or used[i] / tonumber(ARGV[at + 2]) + 1
    local value = string.format('%.17g %.17g ', used[i], now) .. ARGV[at + 4]
    redis.call('SET', KEYS[i], value, 'PX', string.format('%.0f', math.ceil(lives)))
  end
  reply[2 * i] = string.format('%.17g', used[i])
  reply[2 * i + 1] = string.format('%.17g', left[i])
end
return reply
`;

const scriptDigest = hash('sha1', script);

/** What Redis did with debits. */
interface DebitReply {
  readonly fitted: boolean;
  readonly buckets: readonly {
    /** How full it is now. */
    readonly used: number;
    /** Until the window of its calendar ends; 0 without one. */
    readonly windowLeftMs: number;
  }[];
}

interface DebitOptions {
  /** What keys begin with. */
  readonly prefix: string;
  /** In milliseconds since the epoch, for calendars; which of the windows around it is the present one, Redis knows. */
  readonly date: () => number;
}

/**
 * Debits buckets in Redis, all or none; with `forced` all, whatever their limits say.
 * @throws Error when Redis refuses or its answer is not understood
 */
export async function runDebits(
  client: RedisClient,
  debits: readonly Debit[],
  forced: boolean,
  { prefix, date }: DebitOptions,
): Promise<DebitReply> {
  const keys = debits.map((debit) => toKey(prefix, debit));
  const args = [forced ? 1 : 0, ...debits.flatMap((debit) => toArguments(debit, date))];
  const reply = await client.evalsha(scriptDigest, keys.length, ...keys, ...args).catch((error: unknown) => {
    // A Redis that was restarted or flushed has forgotten the script.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return client.eval(script, keys.length, ...keys, ...args);
  });
  if (!Array.isArray(reply)) throw new Error('Redis answered something else than was asked for.');
  const [fitted, ...numbers] = reply;
  const buckets = debits.map((_debit, index) => ({
    used: Number(numbers[2 * index]),
    windowLeftMs: Number(numbers[2 * index + 1]),
  }));
  return { fitted: fitted === 1, buckets };
}

function toArguments(
  { limit, subject, amount, label = subject }: Debit,
  date: () => number,
): readonly (string | number)[] {
  const text = `${idOf(limit)} ${toLabel(label)}`;
  if (limit.calendar === undefined) return [amount, limit.burst, limit.amount / limit.periodMs, '', text];
  const { startMs, endMs, nextEndMs } = limit.calendar(date());
  return [amount, limit.burst, 0, `${startMs} ${endMs} ${nextEndMs}`, text];
}

/** Tells limits apart in what is kept of them, however long their names are. */
export function idOf({ name }: Limit): string {
  return hash('sha256', name, 'base64url').slice(0, 16);
}

const longestLabel = 120;

/** Identities come from outside; what is kept of them is short, and of one line. */
function toLabel(text: string): string {
  return text.slice(0, longestLabel).replace(/[^\x20-\x7e]/g, '?');
}

/** The braces keep all keys in one slot of a cluster, as one script needs them; what a client may have a say in is in the digest only. */
function toKey(prefix: string, { limit, subject }: Debit): string {
  return `{${prefix}}:limit:${hash('sha256', `${limit.name}\0${subject}`, 'base64url')}`;
}
