import { describe, expect, it } from 'vitest';
import { encodeQuery } from '../../../../rest-bridge/runtime/request/encode-query.ts';
import type { RestStyle } from '../../../../rest-bridge/runtime/sdl/read-directives.ts';

const list = ['a,b', 'c d', '|'];
const object = { r: 1, 'g&': true };

const cases: readonly (readonly [RestStyle, unknown, string])[] = [
  ['FORM_EXPLODED', list, 'p=a%2Cb&p=c%20d&p=%7C'],
  ['FORM_EXPLODED', object, 'r=1&g%26=true'],
  ['FORM_EXPLODED', { ids: [1, 2], none: null, in: { a: 1 } }, 'ids=1&ids=2&in=%7B%22a%22%3A1%7D'],
  ['FORM', list, 'p=a%2Cb,c%20d,%7C'],
  ['FORM', object, 'p=r,1,g%26,true'],
  ['SPACE_DELIMITED', list, 'p=a%2Cb%20c%20d%20%7C'],
  ['PIPE_DELIMITED', [1, 2], 'p=1%7C2'],
  ['DEEP_OBJECT', object, 'p%5Br%5D=1&p%5Bg%26%5D=true'],
  ['DEEP_OBJECT', { a: { b: [1, 2] }, c: null }, 'p%5Ba%5D%5Bb%5D=1&p%5Ba%5D%5Bb%5D=2'],
  ['DEEP_OBJECT', [1, null, 2], 'p=1&p=2'],
  ['JSON', { a: [1n] }, 'p=%7B%22a%22%3A%5B1%5D%7D'],
  ['FORM', { a: { b: 1 } }, 'p=a,%7B%22b%22%3A1%7D'],
  ['FORM', 'x=1&y#?', 'p=x%3D1%26y%23%3F'],
  ['FORM_EXPLODED', '\r\nhost: evil', 'p=%0D%0Ahost%3A%20evil'],
  ['FORM_EXPLODED', '', 'p='],
  ['FORM_EXPLODED', 12345678901234567890n, 'p=12345678901234567890'],
];

describe('encodeQuery', () => {
  it.each(cases.map(([style, value, expected]) => ({ style, value, expected })))(
    'writes $style as $expected',
    ({ style, value, expected }) => {
      expect(encodeQuery('p', value, style)).toBe(expected);
    },
  );

  const styles: readonly RestStyle[] = ['FORM', 'FORM_EXPLODED', 'SPACE_DELIMITED', 'PIPE_DELIMITED', 'DEEP_OBJECT'];
  it.each(styles)('leaves out in %s what is absent or has no items', (style) => {
    for (const value of [null, undefined, [], [null], {}, { a: null }]) expect(encodeQuery('p', value, style)).toBe('');
  });

  it('refuses an object that is nested too deeply instead of running out of stack', () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) value = { a: value };
    for (const style of [...styles, 'JSON'] as const) {
      expect(() => encodeQuery('p', value, style)).toThrow('levels deep');
    }
  });
});
