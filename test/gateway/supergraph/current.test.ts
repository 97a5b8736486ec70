import { describe, expect, it } from 'vitest';
import { Current } from '../../../gateway/supergraph/current.ts';

function createContents(name: string, closed: string[]) {
  return {
    name,
    close: async () => {
      closed.push(name);
    },
  };
}

describe('Current', () => {
  it('has nothing to take before the first generation', () => {
    expect(new Current(() => {}).take()).toBeUndefined();
  });

  it('lets a request end on the generation it began on, and closes that one when the last request leaves', () => {
    const closed: string[] = [];
    const current = new Current<ReturnType<typeof createContents>>(() => {});
    current.swap(createContents('first', closed));
    const one = current.take();
    const two = current.take();
    current.swap(createContents('second', closed));

    expect(one?.contents.name).toBe('first');
    expect(current.take()?.contents.name).toBe('second');
    one?.release();
    one?.release();
    expect(closed).toEqual([]);
    two?.release();
    expect(closed).toEqual(['first']);
  });

  it('closes an unused generation at once when it is swapped out', () => {
    const closed: string[] = [];
    const current = new Current<ReturnType<typeof createContents>>(() => {});
    current.swap(createContents('first', closed));
    current.swap(undefined);
    expect(closed).toEqual(['first']);
    expect(current.contents).toBeUndefined();
  });

  it('reports a generation that fails to close', async () => {
    const failure = new Error('stuck');
    const reported = await new Promise((resolve) => {
      const current = new Current<{ close: () => Promise<void> }>(resolve);
      current.swap({ close: () => Promise.reject(failure) });
      current.swap(undefined);
    });
    expect(reported).toBe(failure);
  });
});
