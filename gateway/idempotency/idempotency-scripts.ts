/**
 * A key is a hash: `payload`, the `token` of who holds or held it, `until` when that is to have ended, in milliseconds, and in the end
 * the `text` that is kept, or `lost`. Time is that of Redis, so that no two gateways need the same.
 */
const time = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
`;

/** What is done to a key in one step. */
export const idempotencyScripts = {
  /** ARGV: payload, token, how long it may be held, how long it is remembered. */
  claim: `${time}
local payload, text, lost, untilMs = unpack(redis.call('HMGET', KEYS[1], 'payload', 'text', 'lost', 'until'))
if not payload then
  redis.call('HSET', KEYS[1], 'payload', ARGV[1], 'token', ARGV[2], 'until', now + ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return { 'taken' }
end
if payload ~= ARGV[1] then return { 'other' } end
if text then return { 'kept', text } end
if lost or tonumber(untilMs) < now then return { 'lost' } end
return { 'running' }
`,
  /** ARGV: token, field, its value, how long it is remembered. 0 when the key is not held by the token. */
  keep: `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`,
  /** ARGV: token. */
  release: `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`,
} as const;
