import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../../../rest-bridge/runtime/values/parse-json.ts';
import { writeJson } from '../../../../rest-bridge/runtime/values/write-json.ts';

it.each([
  ['12345678901234567890', '12345678901234567890'],
  ['{"id":-9223372036854775808,"n":9007199254740991}', { id: '-9223372036854775808', n: 9007199254740991 }],
  [
    '["1234567890123456789",1.2345678901234567e30,1234567890123456.5]',
    ['1234567890123456789', 1.2345678901234567e30, 1234567890123456.5],
  ],
  ['{"a\\"12345678901234567":12345678901234567890}', { 'a"12345678901234567': '12345678901234567890' }],
])('reads %s without losing digits', (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});

it.each([
  '012345678901234567',
  '-',
  '1234567890123456-7',
  '{"a":"12345678901234567',
  '[12345678901234567 1]',
  '--12345678901234567',
])('refuses %s, which is not JSON', (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

it('reads what JSON.parse reads, but for integers that a double cannot hold', () => {
  const safe = fc.jsonValue().filter((value) => !/\d{16}/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(safe, fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }), (value, large) => {
      const text = `{"large":${large},"value":${JSON.stringify(value)}}`;
      expect(parseJson(text)).toEqual({ large: String(large), value: JSON.parse(JSON.stringify(value)) });
    }),
  );
});

it('writes what JSON.stringify writes, and bigints as numbers', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(writeJson(value)).toBe(JSON.stringify(value));
    }),
  );
  expect(writeJson({ a: 2n ** 63n, b: undefined, c: [undefined] })).toBe('{"a":9223372036854775808,"c":[null]}');
});
