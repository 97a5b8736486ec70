import type { z } from 'zod';
import { closestWord } from './closest-word.ts';
import { kindOf, nodesAt } from './known-keys.ts';
import type { ValuePath, ValueProblem } from './problem.ts';
import { valueAt } from './values.ts';

type Issue = z.core.$ZodIssue;

const expectations: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

/** Path of an issue as the loader writes paths. */
export function pathOf(issue: Issue): ValuePath {
  return issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
}

/** The issues of the alternative that came nearest, where the schema has alternatives; else the issue itself. */
export function innermostIssues(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const alternatives = issue.errors.map((issues) =>
    issues
      .map((inner): Issue => ({ ...inner, path: [...issue.path, ...inner.path] }))
      .flatMap((inner) => innermostIssues(inner)),
  );
  const deeper = alternatives.filter((issues) => issues.some((inner) => inner.path.length > issue.path.length));
  const [nearest] = deeper.toSorted((one, other) => unknownKeys(one, issue.path) - unknownKeys(other, issue.path));
  return nearest ?? [issue];
}

/** How many keys of the mapping at `path` are none of an alternative. */
function unknownKeys(issues: readonly Issue[], { length }: Issue['path']): number {
  return issues.reduce((sum, inner) => {
    return inner.code === 'unrecognized_keys' && inner.path.length === length ? sum + inner.keys.length : sum;
  }, 0);
}

/** What to tell the operator of an issue: no word of it comes from a value, which could be a secret. */
export function describeIssue(issue: Issue, root: unknown): readonly ValueProblem[] {
  const path = pathOf(issue);
  const value = valueAt(root, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      at: 'key',
      message: describeUnknownKey(path, key, root),
    }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, at: 'key', message: issue.issues[0]?.message ?? 'is not a name that can be used here' }];
  }
  if (value === undefined && issue.code !== 'custom') {
    const description = nodesAt(path, root)[0]?.description;
    return [{ path, at: 'key', message: description === undefined ? 'is required' : `is required: ${description}` }];
  }
  return [{ path, at: 'value', message: describeValue(issue, value) }];
}

function describeValue(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type': {
      const whole = issue.expected === 'number' && nodesAt(pathOf(issue))[0]?.type === 'integer';
      const expected = `must be ${expectations[whole ? 'int' : issue.expected] ?? issue.expected}`;
      const scalar = typeof value === 'number' || typeof value === 'boolean';
      return issue.expected === 'string' && scalar ? `${expected}: put it in quotes` : expected;
    }
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return 'must not be empty';
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_union':
      return issue.discriminator === undefined
        ? issue.message
        : `must be one of ${nodesAt(pathOf(issue))
            .map((node) => String(node.const))
            .join(', ')}`;
    default:
      return issue.message;
  }
}

function describeUnknownKey(path: ValuePath, key: string, root: unknown): string {
  if (key === '<<') return 'is a merge key, which is not understood here; write its values out';
  const owner = nodesAt(path).find((node) => Object.hasOwn(node.properties ?? {}, key));
  if (owner !== undefined) return `is only for kind: ${String(kindOf(owner))}`;
  const keys = nodesAt(path, root).flatMap((node) => Object.keys(node.properties ?? {}));
  const closest = closestWord(key, keys);
  return closest === undefined ? 'is not a known key' : `is not a known key; did you mean ${closest}?`;
}
