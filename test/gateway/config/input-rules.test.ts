import { describe, expect, it } from 'vitest';
import { inputRulesSection } from '../../../gateway/config/input-rules.ts';

/** Path and message of each problem. */
function problemsOf(rule: unknown): readonly string[] {
  const { error } = inputRulesSection.safeParse({ rules: [rule] });
  return error?.issues.map(({ path, message }) => `${path.slice(2).join('.')} ${message}`.trim()) ?? [];
}

describe('inputRules', () => {
  it('has no rules by default, and means those that it has', () => {
    expect(inputRulesSection.parse(undefined)).toEqual({ mode: 'block', rules: [] });
    const rules = [
      { at: 'String', maxLength: 100 },
      { at: '*.search(*:)', pattern: '^[^$]*$' },
      { at: 'LoginInput.*', signatures: ['sql', 'script', 'path', 'shell', 'nosql'] },
      { at: 'Mutation.login', maxLength: 0 },
    ];
    expect(inputRulesSection.parse({ mode: 'measure', rules })).toEqual({ mode: 'measure', rules });
  });

  const at = 'String';
  const place =
    'at must be a type, an input field or an argument such as Email, LoginInput.name, Mutation.login(password:) or *.search(*:)';
  it.each([
    ['nothing to ask for', { at }, ['needs maxLength, pattern or signatures']],
    ['no place', { at: 'a b', maxLength: 1 }, [place]],
    ['an argument without a colon', { at: 'Query.a(b)', maxLength: 1 }, [place]],
    ['no length', { at, maxLength: -1 }, ['maxLength Too small: expected number to be >=0']],
    ['no regular expression', { at, pattern: '(' }, ['pattern is not a regular expression: Unterminated group']],
    ['looking ahead', { at, pattern: '(?=a)' }, ['pattern looks ahead or behind, or sets flags, with (?']],
    ['referring to a group', { at, pattern: '(a)\\1' }, ['pattern refers to a group, with \\1 or \\k']],
    [
      'repetitions of repetitions',
      { at, pattern: '(a{100}){100}' },
      ['pattern has more than 4000 parts when repetitions are written out; use maxLength for lengths'],
    ],
    ['a pattern that is too long', { at, pattern: 'a'.repeat(1_001) }, ['pattern is longer than 1000 characters']],
    ['no signatures', { at, signatures: [] }, ['signatures Too small: expected array to have >=1 items']],
  ])('refuses %s', (_case, rule, problems) => {
    expect(problemsOf(rule)).toEqual(problems);
  });
});
