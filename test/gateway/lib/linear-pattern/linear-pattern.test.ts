import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, LinearPattern } from '../../../../gateway/lib/linear-pattern/linear-pattern.ts';
import { parsePattern } from '../../../../gateway/lib/linear-pattern/parse-pattern.ts';
import { toNoise } from '../../../support/noise.ts';

const toPattern = (text: string, ignoreCase = false) => new LinearPattern(parsePattern(text), ignoreCase);

const plenty = () => ({ left: Number.MAX_SAFE_INTEGER });

/** Patterns of everything that is supported, over characters that texts have too. */
const patterns = fc.letrec<{ choice: string; sequence: string; part: string; atom: string }>((tie) => ({
  choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((options) => options.join('|')),
  sequence: fc.array(tie('part'), { maxLength: 3 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('^', '$', '\\b', '\\B'),
    fc
      .tuple(
        tie('atom'),
        fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', '+?', '??', '{1,2}?', '{0}'),
      )
      .map((words) => words.join('')),
  ),
  atom: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', 'K', '.', '\\w', '\\W', '\\d', '\\s', '[ab]', '[^a]', '[\\]a-]', '\\.', '\\x61', '\\n'),
    fc.constantFrom('\\u{1F600}', '\\uD83D\\uDE00', '😀', '\\u0062', '\\p{L}', '\\P{L}', '[\\p{Lu}\\d]', '[]', '[^]'),
    fc.tuple(fc.constantFrom('(', '(?:', '(?<name>'), tie('choice')).map(([open, choice]) => `${open}${choice})`),
  ),
})).choice;
const texts = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', 'k', '\u212A', ' ', '1', '.', ']', '-', '\n', '😀', '\uD83D'),
  maxLength: 8,
});

describe('a linear pattern', () => {
  it('matches what RegExp matches', () => {
    const names = /\(\?<name>/g;
    fc.assert(
      fc.property(
        patterns,
        fc.array(texts, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (text, samples, ignoreCase) => {
          let count = 0;
          const pattern = text.replace(names, () => `(?<name${count++}>`);
          const expected = new RegExp(pattern, ignoreCase ? 'iu' : 'u');
          const linear = toPattern(pattern, ignoreCase);
          // V8 finds \B between the two halves of a character, where the specification never looks.
          for (const sample of pattern.includes('\\B') ? samples.map((one) => one.replaceAll('😀', 'b')) : samples) {
            expect([sample, linear.test(sample, plenty())]).toEqual([sample, expected.test(sample)]);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['^(a+)+$', 'a'],
    ['^(a|a)*$', 'a'],
    ['(.*)*(.*)*x$', 'y'],
    ['^(\\w+\\s?)*$', 'a'],
    ['(a?){30}a{30}b', 'a'],
  ])('takes time linear to the text where backtracking would not end: %s', (text, character) => {
    const pattern = toPattern(text);
    const effortOf = (length: number) => {
      const effort = plenty();
      expect(pattern.test(`${character.repeat(length)}!`, effort)).toBe(false);
      return Number.MAX_SAFE_INTEGER - effort.left;
    };
    effortOf(1_000);
    expect(effortOf(100_000)).toBe(100_002);
  });

  it('gives up when a text asks for more effort than is left', () => {
    const pattern = toPattern('(a|b)*a(a|b){300}c');
    const text = toNoise(50_000);
    const effort = { left: 500_000 };
    expect(pattern.test(text, effort)).toBeUndefined();
    expect(pattern.test('abc', effort)).toBeUndefined();
    expect(pattern.test('abc', plenty())).toBe(false);
    expect(pattern.test(`a${'b'.repeat(300)}c`, plenty())).toBe(true);
    const optional = toPattern('^(a?){900}$');
    const small = { left: 100_000 };
    expect(optional.test('aaaaaaaaaaaaa', small)).toBeUndefined();
  });

  it('matches right after more states and characters than it keeps', () => {
    const pattern = toPattern('^(.|\\n)*a(.|\\n){9}z\\p{Lo}$');
    const characters = Array.from({ length: 12_000 }, (_, index) => String.fromCodePoint(0x4e00 + index));
    const text = `${characters.join('')}${toNoise(20_000)}`;
    expect(pattern.test(`${text}a123456789z\u4e00`, plenty())).toBe(true);
    expect(pattern.test(`${text}b123456789z\u4e00`, plenty())).toBe(false);
  });

  it.each([
    ['(?=a)b', 'looks ahead or behind, or sets flags, with (?'],
    ['(?!a)b', 'looks ahead or behind'],
    ['(?<=a)b', 'looks ahead or behind'],
    ['(?<!a)b', 'looks ahead or behind'],
    ['(a)\\1', 'refers to a group'],
    ['(?<n>a)\\k<n>', 'refers to a group'],
    ['(', 'is not a regular expression: Unterminated group'],
    ['[z-a]', 'is not a regular expression: Range out of order'],
    ['\\q', 'is not a regular expression'],
    ['a'.repeat(1_001), 'is longer than 1000 characters'],
    ['((a{1000}){1000}){1000}', 'has more than 4000 parts when repetitions are written out; use maxLength'],
    ['(){1000000000}', 'has more than 4000 parts'],
    ['(((){1000}){1000}){1000}', 'has more than 4000 parts'],
  ])('cannot be made of %s', (text, message) => {
    expect(compilePattern(text)).toEqual({ kind: 'failed', message: expect.stringContaining(message) });
  });
});
