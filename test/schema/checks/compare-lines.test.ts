import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLines } from '../../../schema/checks/compare-lines.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 });

describe('compareLines', () => {
  it('tells both texts, with as few differences as can be', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const compared = compareLines(before.join('\n'), after.join('\n'));
        const without = (mark: string) => compared.filter((line) => line.mark !== mark).map(({ text }) => text);
        expect(without('+')).toEqual(before);
        expect(without('-')).toEqual(after);
        expect(compared.filter(({ mark }) => mark !== ' ')).toHaveLength(fewestDifferences(before, after));
      }),
    );
  });

  it.each([
    ['', '', []],
    ['', 'a\n', ['+a']],
    ['a\r\nb', 'a\nb\n', [' a', ' b']],
    ['a\nb\nc', 'a\nB\nc', [' a', '-b', '+B', ' c']],
  ])('compares %j with %j', (before, after, expected) => {
    expect(compareLines(before, after).map(({ mark, text }) => `${mark}${text}`)).toEqual(expected);
  });

  it('does not compare texts that have little in common line by line', () => {
    const text = (word: string) => Array.from({ length: 20_000 }, (_, index) => (index % 2 ? '}' : `${word}${index}`));
    const startedMs = performance.now();
    const compared = compareLines(text('a').join('\n'), text('b').join('\n'));
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(compared.filter(({ mark }) => mark === ' ')).toHaveLength(1);
    expect(compared).toHaveLength(39_999);
  });
});

/** By the longest sequence that both have, the slow way. */
function fewestDifferences(before: readonly string[], after: readonly string[]): number {
  let row = new Array<number>(after.length + 1).fill(0);
  for (const one of before) {
    const next = [0];
    for (const [index, other] of after.entries()) {
      next.push(one === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    }
    row = next;
  }
  return before.length + after.length - 2 * (row.at(-1) ?? 0);
}
