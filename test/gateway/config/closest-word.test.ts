import { describe, expect, it } from 'vitest';
import { closestWord } from '../../../gateway/config/closest-word.ts';

describe('the word that was meant', () => {
  it.each([
    ['subgrpahs', 'subgraphs'],
    ['bodybytes', 'bodyBytes'],
    ['body_bytes', 'bodyBytes'],
    ['timeouts', 'timeout'],
    ['prot', 'port'],
    ['xyz', undefined],
    ['', undefined],
    ['p'.repeat(100_000), undefined],
  ])('of %.20s is %s', (word, meant) => {
    expect(closestWord(word, ['subgraphs', 'bodyBytes', 'timeout', 'port', 'host'])).toBe(meant);
  });
});
