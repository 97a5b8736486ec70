import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHeaderValue } from '../../../../gateway/identity/onward/to-header-value.ts';

describe('a claim as a header value', () => {
  it.each<[unknown, string | undefined]>([
    ['ada', 'ada'],
    ['a b, c', 'a b, c'],
    [7, '7'],
    [false, 'false'],
    [['a', 'b c', 3], 'a,b c,3'],
    [['a,b', 'c'], 'a%2Cb,c'],
    ['100%', '100%25'],
    ['x\r\nx-role: root', 'x%0D%0Ax-role: root'],
    ['\u0000', '%00'],
    ['Ünï', '%C3%9Cn%C3%AF'],
    ['\ud800', '%EF%BF%BD'],
    [' a ', '%20a%20'],
    ['  ', '%20%20'],
    ['', undefined],
    [[], undefined],
    [undefined, undefined],
    [null, undefined],
    [{ a: 1 }, undefined],
    [['a', null], undefined],
    [[['a']], undefined],
  ])('%j is %j', (claim, value) => {
    expect(toHeaderValue(claim)).toBe(value);
  });

  it('has no character that ends a header, and can be decoded', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (items) => {
        const list = toHeaderValue(items) ?? '';
        expect(list).toMatch(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/);
        expect(list.split(',').map(decodeURIComponent)).toEqual(items);
        expect(decodeURIComponent(toHeaderValue(items[0]) ?? '')).toBe(items[0]);
      }),
    );
  });
});
