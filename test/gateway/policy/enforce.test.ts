import type { ExecutionResult } from 'graphql';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limitsSection } from '../../../gateway/config/limits.ts';
import { GatewayError } from '../../../gateway/errors.ts';
import { anonymous } from '../../../gateway/identity/identity.ts';
import { createOperationReader } from '../../../gateway/operation/read-operation.ts';
import { type Enforcement, enforce } from '../../../gateway/policy/enforce.ts';
import type { Policy, PolicyRequest, Verdict } from '../../../gateway/policy/policy.ts';

const readOperation = createOperationReader({
  schema: buildSchema('type Query { a: Int  b: Int }'),
  limits: limitsSection.parse({}),
  introspection: true,
  suggestions: false,
});
const operationOf = (query: string) => readOperation({ query }, { method: 'POST' });
const request: PolicyRequest = {
  operation: operationOf('{ a b }'),
  variables: {},
  identity: anonymous,
  client: { name: undefined, version: undefined },
  ip: undefined,
  requestId: '1',
};

type Answered = ExecutionResult | undefined;

/** Policies by name, each with its verdict or the refusal, and all that happens to them. */
function rounds(verdicts: Readonly<Record<string, Verdict | GatewayError>>) {
  const happened: unknown[] = [];
  const policies = (isLate: (name: string) => boolean) =>
    Object.entries(verdicts).map(([name, verdict]): Policy => {
      const decide = ({ operation }: PolicyRequest): Verdict => {
        happened.push([name, operation]);
        if (verdict instanceof GatewayError) throw verdict;
        return verdict;
      };
      return { name, enforce: (asked) => (isLate(name) ? Promise.resolve().then(() => decide(asked)) : decide(asked)) };
    });
  const onDenied = (facts: unknown) => happened.push(facts);
  const noting = (name: string) => (answer: Answered) => {
    happened.push([name, 'told', answer]);
    return answer && { ...answer, extensions: { ...answer.extensions, [name]: Object.keys(answer.extensions ?? {}) } };
  };
  return { happened, policies, onDenied, noting };
}

const late: readonly (readonly [name: string, isLate: (policy: string) => boolean])[] = [
  ['at once', () => false],
  ['all later', () => true],
  ['one later', (name) => name === 'second'],
];

describe.each(late)('policies that decide %s', (_name, isLate) => {
  it('see what those before let through, and the answer the other way around', async () => {
    const narrow = operationOf('{ a }');
    const verdicts: Record<string, Verdict> = {};
    const { happened, policies, onDenied, noting } = rounds(verdicts);
    Object.assign(verdicts, {
      first: { headers: { 'x-a': '1', 'x-b': '1' }, onAnswer: noting('first') },
      second: {
        narrowed: {
          operation: narrow,
          complete: (answer: Answered) => ({ ...answer, data: { a: 1, b: null } }),
          errors: [],
        },
      },
      third: { headers: { 'x-b': '3' }, measured: 'RATE_LIMITED', onAnswer: noting('third') },
      fourth: {},
    });
    const asked = enforce(policies(isLate), request, onDenied);
    expect(asked instanceof Promise).toBe(isLate('second'));
    const allowed: Enforcement = await asked;
    expect(allowed.operation).toBe(narrow);
    expect(happened).toEqual([
      ['first', request.operation],
      ['second', request.operation],
      { policy: 'second', code: 'FORBIDDEN', outcome: 'withheld' },
      ['third', narrow],
      { policy: 'third', code: 'RATE_LIMITED', outcome: 'measured' },
      ['fourth', narrow],
    ]);
    const headers = new Map<string, string>();
    allowed.tellHeaders((name, value) => headers.set(name, value));
    expect([...headers]).toEqual([
      ['x-a', '1'],
      ['x-b', '3'],
    ]);
    expect(allowed.finish({ data: { a: 1 } })).toEqual({
      data: { a: 1, b: null },
      extensions: { third: [], first: ['third'] },
    });
  });

  it('are told that nothing runs when a later one refuses, and none after it is asked', async () => {
    const refusal = new GatewayError('FORBIDDEN', 'No.');
    const verdicts: Record<string, Verdict | GatewayError> = {};
    const { happened, policies, onDenied, noting } = rounds(verdicts);
    Object.assign(verdicts, { first: { onAnswer: noting('first') }, second: refusal, third: {} });
    const asking = async () => await enforce(policies(isLate), request, onDenied);
    await expect(asking()).rejects.toBe(refusal);
    expect(happened).toEqual([
      ['first', request.operation],
      ['second', request.operation],
      { policy: 'second', code: 'FORBIDDEN', outcome: 'refused' },
      ['first', 'told', undefined],
    ]);
  });

  it('are not asked about an operation of which nothing is left, which is answered all the same', async () => {
    const complete = (answer: Answered) => answer ?? { data: { a: null } };
    const verdicts = { first: {}, second: { narrowed: { operation: undefined, complete, errors: [] } }, third: {} };
    const { happened, policies, onDenied } = rounds(verdicts);
    const allowed = await enforce(policies(isLate), request, onDenied);
    expect(allowed.operation).toBeUndefined();
    expect(happened).not.toContainEqual(['third', expect.anything()]);
    expect(allowed.finish(undefined)).toEqual({ data: { a: null } });
  });
});

it('lets everything through where there is no policy', () => {
  const allowed = enforce([], request, () => {});
  if (allowed instanceof Promise) throw new Error('Nobody has to be waited for.');
  expect(allowed.operation).toBe(request.operation);
  expect(allowed.finish(undefined)).toEqual({ data: {} });
});
