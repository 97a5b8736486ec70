import { describe, expect, it } from 'vitest';
import { StopSignal } from '../../../gateway/lib/stop-signal.ts';

/** All that is done to a signal, and what it says of it. */
function observe(signal: AbortSignal, abort: (reason?: unknown) => void, reason: unknown): readonly unknown[] {
  const seen: unknown[] = [signal.aborted, signal.reason];
  const first = () => seen.push('first');
  const second = { handleEvent: (event: Event) => seen.push(['second', event.type]) };
  const removed = () => seen.push('removed');
  signal.onabort = () => seen.push('onabort');
  for (const listener of [first, second, removed, first]) signal.addEventListener('abort', listener, { once: true });
  signal.addEventListener('other', () => seen.push('other'));
  signal.removeEventListener('abort', removed);
  signal.removeEventListener('abort', () => {});
  abort(reason);
  abort('a second reason');
  signal.addEventListener('abort', () => seen.push('too late'));
  seen.push(signal.aborted, signal.reason === reason || (signal.reason as Error).name);
  try {
    signal.throwIfAborted();
  } catch (error) {
    seen.push(error === signal.reason);
  }
  return seen;
}

describe('StopSignal', () => {
  it.each([[undefined], ['gone'], [new DOMException('Too long.', 'TimeoutError')]])(
    'says what an AbortSignal says when it is aborted with %o',
    (reason) => {
      const controller = new AbortController();
      const expected = observe(controller.signal, (why) => controller.abort(why), reason);
      const signal = new StopSignal();
      expect(observe(signal, (why) => signal.abort(why), reason)).toEqual(expected);
    },
  );

  it('throws nothing before it is aborted', () => {
    expect(() => new StopSignal().throwIfAborted()).not.toThrow();
  });

  it('tells nobody who is taken off meanwhile, and all others', () => {
    const signal = new StopSignal();
    const seen: string[] = [];
    const second = () => seen.push('second');
    signal.addEventListener('abort', () => signal.removeEventListener('abort', second));
    signal.addEventListener('abort', second);
    signal.addEventListener('abort', () => seen.push('third'));
    signal.abort();
    expect(seen).toEqual(['third']);
  });
});
