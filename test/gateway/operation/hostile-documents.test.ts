import { describe, expect, it } from 'vitest';
import { hostileDocuments } from './hostile-documents.ts';
import { createReader, refusalOf, refusalOfText } from './shop.ts';

/** Milliseconds of processor time, which other processes on the machine do not lengthen. */
function processorTime(call: () => unknown): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe('a hostile document', () => {
  refusalOfText('{ me { id } }');

  it.each(Object.entries(hostileDocuments))('is answered fast and briefly: %s', (_, { text, codes }) => {
    const asked: boolean[] = [];
    const read = createReader({ suggestions: true, onCacheAsked: (hit) => asked.push(hit) });
    const refusal = () => refusalOf(() => read({ query: text }, { method: 'POST' }));
    let first: ReturnType<typeof refusal>;
    expect(
      processorTime(() => {
        first = refusal();
      }),
    ).toBeLessThan(500);
    if (codes.length === 0) expect(first).toBeUndefined();
    else expect(codes).toContain(first?.code);
    expect(first?.bytes ?? 0).toBeLessThan(10_000);
    expect(first?.errors?.length ?? 0).toBeLessThanOrEqual(20);
    expect(refusal()).toEqual(first);
    expect(asked).toEqual([false, true]);
  });
});
