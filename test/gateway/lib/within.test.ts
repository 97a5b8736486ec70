import { afterEach, describe, expect, it, vi } from 'vitest';
import { within } from '../../../gateway/lib/within.ts';

describe('within', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives what comes in time, good or bad, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    expect(await within(Promise.resolve(1), 50, 'late')).toBe(1);
    await expect(within(Promise.reject(new Error('bad')), 50, 'late')).rejects.toThrow('bad');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails when the time is over, and nothing comes of what is late', async () => {
    const work = withResolvers<number>();
    await expect(within(work.promise, 5, 'late')).rejects.toThrow('late');
    work.reject(new Error('nobody hears it'));
  });

  it('takes what was there when a busy event loop looked at the time', async () => {
    const work = withResolvers<string>();
    const timely = within(work.promise, 5, 'late');
    const end = performance.now() + 30;
    // Both are due by now; the timer was set first.
    setTimeout(() => work.resolve('here'), 6);
    while (performance.now() < end);
    expect(await timely).toBe('here');
  });
});

function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
