import fc from 'fast-check';
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLScalarType,
  GraphQLString,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { isLeafValue } from '../../../gateway/execute/leaf-value.ts';
import { writerOf, writeString } from '../../../gateway/execute/write-leaf.ts';

const mood = new GraphQLEnumType({ name: 'Mood', values: { GOOD: {}, BAD: {} } });
const blob = new GraphQLScalarType({ name: 'Blob' });
const types: readonly GraphQLLeafType[] = [
  GraphQLString,
  GraphQLID,
  GraphQLInt,
  GraphQLFloat,
  GraphQLBoolean,
  mood,
  blob,
];

describe('a text', () => {
  it('is written as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(writeString(text)).toBe(JSON.stringify(text));
      }),
    );
    for (const text of ['"', '\\', '\n', '\u0000', '\u001f', '\u2028', '\ud800', '\udfffx', 'a\ud83d\ude00']) {
      expect(writeString(text)).toBe(JSON.stringify(text));
    }
  });
});

describe('a leaf', () => {
  it.each(types.map((type) => [type.name, type] as const))('of type %s is written only if it fits', (_name, type) => {
    const write = writerOf(type);
    const values = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('GOOD', 'WORSE', 2 ** 31, -(2 ** 31), -0, 1.5, 2 ** 53 + 2),
    );
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(value !== null);
        const text = write(value);
        if (text === undefined) return;
        expect(isLeafValue(value, type)).toBe(true);
        expect(text).toBe(JSON.stringify(type === GraphQLID ? String(value) : value));
      }),
      { numRuns: 500 },
    );
  });

  it('of the most usual kind is always written', () => {
    const usual = ['text', 'id', 1, 0.5, true, 'GOOD', { any: ['thing'] }];
    expect(types.map((type, index) => writerOf(type)(usual[index]))).toEqual(usual.map((one) => JSON.stringify(one)));
  });
});
