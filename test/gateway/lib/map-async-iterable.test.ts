import { describe, expect, it } from 'vitest';
import { mapAsyncIterable } from '../../../gateway/lib/map-async-iterable.ts';

async function* count(to: number) {
  for (let value = 1; value <= to; value++) yield value;
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('mapAsyncIterable', () => {
  it('maps every value and says once that it ended', async () => {
    let ends = 0;
    const doubled = mapAsyncIterable(
      count(3),
      (value) => value * 2,
      () => (ends += 1),
    );
    expect(await collect(doubled)).toEqual([2, 4, 6]);
    await doubled.return?.();
    expect(ends).toBe(1);
  });

  it('ends the source at once while a value is still awaited', async () => {
    let sourceEnded = false;
    const idle: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          sourceEnded = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const mapped = mapAsyncIterable(idle, (value) => value);
    const awaited = mapped.next();
    await mapped.return?.();
    expect(sourceEnded).toBe(true);
    expect(await awaited).toEqual({ done: true, value: undefined });
    expect(await mapped.next()).toEqual({ done: true, value: undefined });
  });

  it('ends, and passes the failure on, when the source or the mapping fails', async () => {
    let ends = 0;
    const failing = mapAsyncIterable(
      count(2),
      () => {
        throw new Error('cannot map');
      },
      () => (ends += 1),
    );
    await expect(failing.next()).rejects.toThrow('cannot map');
    expect(ends).toBe(1);
  });
});
