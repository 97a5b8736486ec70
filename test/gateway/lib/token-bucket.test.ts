import { describe, expect, it } from 'vitest';
import { rate } from '../../../gateway/config/units.ts';
import { TokenBucket } from '../../../gateway/lib/token-bucket.ts';

describe('TokenBucket', () => {
  it('lets a tenth out at once and the rest evenly', () => {
    const bucket = new TokenBucket(rate().parse('100/s'), 0);
    const outUntil = (untilMs: number) => {
      let out = 0;
      for (let nowMs = 0; nowMs <= untilMs; nowMs++) while (bucket.take(nowMs)) out += 1;
      return out;
    };
    expect(outUntil(0)).toBe(10);
    expect(outUntil(1_005)).toBe(100);
    expect(bucket.pauseMs(1_005)).toBeCloseTo(5);
    expect(bucket.pauseMs(1_011)).toBe(0);
  });

  it('lets one out at a time where few are allowed', () => {
    const bucket = new TokenBucket(rate().parse('2/min'), 0);
    expect([bucket.take(0), bucket.take(0), bucket.pauseMs(0)]).toEqual([true, false, 30_000]);
    expect([bucket.take(29_999), bucket.take(30_000)]).toEqual([false, true]);
  });

  it('lets as many out at once as it is told to, and loses nothing to a clock that is put back', () => {
    const bucket = new TokenBucket(rate().parse('1/s'), 60_000, 3);
    const takes = (nowMs: number) => Array.from({ length: 4 }, () => bucket.take(nowMs));
    expect(takes(60_000)).toEqual([true, true, true, false]);
    expect([bucket.take(0), bucket.take(999), bucket.take(1_000)]).toEqual([false, false, true]);
  });
});
