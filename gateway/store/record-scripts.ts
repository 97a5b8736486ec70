/**
 * Records of a kind are fields of one hash, beside one of this name, which no id has. It changes whenever they do, and is another one
 * each time and no counter, which a Redis that lost everything would begin anew.
 */
export const versionField = '#version';

/** What is done to the hash in one step. */
export const recordScripts = {
  /** ARGV: id, record, next version, most records. 0 when there are too many. */
  put: `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], '${versionField}', ARGV[3])
return 1
`,
  /** ARGV: id, former record or nothing, record, next version. 0 when another one is there. */
  replace: `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3], '${versionField}', ARGV[4])
return 1
`,
  /** ARGV: id, next version. 0 when there is no such record. */
  remove: `
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], '${versionField}', ARGV[2])
return 1
`,
  /** ARGV: id and record, again and again. Every gateway finds the same ones ended, and one may be written anew meanwhile. */
  drop: `
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
end
return 1
`,
  /** ARGV: next version, then id and record, again and again. 0 when another gateway was first. */
  restore: `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[1], '${versionField}', ARGV[1])
return 1
`,
} as const;
