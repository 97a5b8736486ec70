import { Kind, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { addVariables, printArgument } from '../../../gateway/plan/argument-text.ts';

function argumentOf(value: string) {
  const [operation] = parse(`{ f(a: ${value}) }`).definitions;
  const [field] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  const [argument] = field?.kind === Kind.FIELD ? (field.arguments ?? []) : [];
  if (argument === undefined) throw new Error('There is no argument.');
  return argument;
}

describe('an argument', () => {
  it.each([
    '1',
    '-0.5e10',
    'true',
    'null',
    'LOUD',
    '$name',
    '""',
    '"plain text, with ~ and {}"',
    String.raw`"quote \" backslash \\ line \n tab \t"`,
    String.raw`"\u0000 \u007f \u00e9 \u2028"`,
    '"é 漢 😀"',
    '"""block "text" of\n  two lines"""',
    '[]',
    '[1, "a", [$b], {c: null}]',
    '{}',
    '{a: {b: [{c: $d}, E]}, f: "g"}',
  ])('is printed as graphql prints it: %s', (value) => {
    const argument = argumentOf(value);
    expect(printArgument(argument)).toBe(print(argument));
  });

  it('tells its variables, at every depth', () => {
    const names = new Set<string>();
    addVariables(argumentOf('[$a, {b: [$c], d: {e: $a}}, "$no"]').value, names);
    expect([...names]).toEqual(['a', 'c']);
  });
});
