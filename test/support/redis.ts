import { describe } from 'vitest';
import { hasRedis } from './redis-server.ts';

export { startRedis, type TestRedis } from './redis-server.ts';

/** Like `describe`, for what needs a real Redis: says so loudly when there is none, and fails where nothing may be skipped. */
export const describeWithRedis: typeof describe.skip = (() => {
  if (hasRedis) return describe;
  if (process.env['OVERLOCK_REQUIRE_ALL'] !== undefined) {
    throw new Error('There is no redis-server. Install it, or name it in REDIS_SERVER.');
  }
  console.warn('SKIPPED: tests with a real Redis. Install redis-server, or name it in REDIS_SERVER.');
  return describe.skip;
})();
