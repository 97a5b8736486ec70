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

/** Documents of at most two kilobytes whose fragments, written out, are more fields than fit into any memory. */
const exponential: Readonly<Record<string, string>> = {
  'two spreads each': spread(33, 2),
  'eight spreads each': spread(20, 8),
  'spreads that end in an unknown fragment': spread(33, 2).replace(/fragment f33 .*$/, ''),
  'inline fragments around spreads': spread(20, 2, (inner) => `...{...on User{${inner}}}`),
  'fields around spreads': spread(18, 3, (inner) => `friend{${inner}}`),
};

function spread(depth: number, times: number, around = (inner: string) => inner): string {
  const fragments = Array.from({ length: depth }, (_, index) => {
    const inner = around(`...f${index + 1} `.repeat(times));
    return `fragment f${index} on User{${inner}}`;
  });
  return `{me{...f0}}${fragments.join('')}fragment f${depth} on User{id}`;
}

describe('a hostile document', () => {
  refusalOfText('{ me { id } }');

  it.each(Object.entries(exponential))('of two kilobytes is refused within 20 ms: %s', (_, text) => {
    expect(text.length).toBeLessThanOrEqual(2_048);
    const read = createReader();
    const times = Array.from({ length: 5 }, (_each, index) =>
      processorTime(() => {
        const refused = refusalOf(() => read({ query: `${text}#${index}` }, { method: 'POST' }));
        expect(refused?.code).toMatch(/^MAX_(SELECTIONS|DEPTH)_LIMIT$/);
      }),
    );
    // The best of some: a machine that is busy with other things is slow at any.
    expect(Math.min(...times)).toBeLessThan(20);
  });

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
