import { describe, expect, it } from 'vitest';
import { warmUp, warmUpMost } from '../../gateway/warm-up.ts';

const busyMs = (ms: number) => {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
};

describe('warming up', () => {
  it('goes on after what fails', async () => {
    const done: number[] = [];
    await warmUp([1, 2, 3], (item) => {
      if (item === 2) throw new Error('not valid any more');
      done.push(item);
    });
    expect(done).toEqual([1, 3]);
  });

  it('lets others run after each few milliseconds', async () => {
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await warmUp(Array.from({ length: 20 }), () => busyMs(3));
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it('ends in time and number, whatever there is to do', async () => {
    let done = 0;
    await warmUp(Array.from({ length: 100_000 }), () => {
      done += 1;
    });
    expect(done).toBe(warmUpMost);
    const startMs = performance.now();
    await warmUp(Array.from({ length: 500 }), () => busyMs(10));
    expect(performance.now() - startMs).toBeLessThan(1_800);
  });
});
