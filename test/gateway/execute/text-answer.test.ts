import { describe, expect, it } from 'vitest';
import { TextAnswer } from '../../../gateway/execute/text-answer.ts';

describe('an answer that is written already', () => {
  it('has its data for who reads it', () => {
    const answer = new TextAnswer('{"a":[1]}');
    expect(answer.data).toEqual({ a: [1] });
    expect(answer.data).toBe(answer.data);
    expect(JSON.stringify(answer)).toBe('{"data":{"a":[1]}}');
    expect(TextAnswer.textOf(answer)).toBe('{"a":[1]}');
  });

  it('does not hand its text to a copy, which may get other data', () => {
    const copy = { ...new TextAnswer('{"a":1}'), extensions: { cost: 1 } };
    expect(copy).toEqual({ data: { a: 1 }, extensions: { cost: 1 } });
    expect(TextAnswer.textOf(copy)).toBeUndefined();
  });
});
