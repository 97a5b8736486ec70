import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDeadline } from '../../../gateway/lib/deadline.ts';

describe('startDeadline', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('aborts when the time is up, and not before', () => {
    const { signal } = startDeadline(100, undefined);
    vi.advanceTimersByTime(99);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('aborts when the client leaves, or has left', () => {
    const left = new AbortController();
    const { signal } = startDeadline(100, left.signal);
    left.abort('gone');
    expect(signal.reason).toBe('gone');
    expect(startDeadline(100, left.signal).signal.aborted).toBe(true);
  });

  it('leaves no timer behind once it ended', () => {
    const { signal, end } = startDeadline(100, undefined);
    end();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(signal.aborted).toBe(false);
  });
});
