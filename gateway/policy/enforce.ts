import type { ExecutionResult } from 'graphql';
import type { Operation } from '../operation/operation.ts';
import type { Policy, PolicyRequest, Verdict } from './policy.ts';

/** What all policies together let through. */
export interface Enforcement {
  /** What may run; `undefined` when nothing is left of it. */
  readonly operation: Operation | undefined;
  /** Response headers, by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Makes the answer of `operation` the answer of what was asked for; to be called for each answer, or once without one. */
  readonly finish: (answer: ExecutionResult | undefined) => ExecutionResult;
}

/**
 * Asks the policies, one after the other; each sees what those before it let through.
 * @throws GatewayError of the first policy that refuses; those before it are told that nothing will run
 */
export async function enforce(policies: readonly Policy[], request: PolicyRequest): Promise<Enforcement> {
  const verdicts: Verdict[] = [];
  let operation: Operation | undefined = request.operation;
  try {
    for (const policy of policies) {
      if (operation === undefined) break;
      const verdict = await policy.enforce({ ...request, operation });
      verdicts.push(verdict);
      if (verdict.narrowed !== undefined) operation = verdict.narrowed.operation;
    }
  } catch (error) {
    for (const { onAnswer } of verdicts) onAnswer?.(undefined);
    throw error;
  }
  const headers = new Map(verdicts.flatMap((verdict) => Object.entries(verdict.headers ?? {})));
  return { operation, headers, finish: (answer) => settle(verdicts, answer) ?? { data: {} } };
}

/** The last policy saw the narrowest operation, so it is the first to see the answer. */
function settle(verdicts: readonly Verdict[], answer: ExecutionResult | undefined): ExecutionResult | undefined {
  let settled = answer;
  for (const { narrowed, onAnswer } of verdicts.toReversed()) {
    if (narrowed !== undefined) settled = narrowed.complete(settled);
    settled = onAnswer?.(settled) ?? settled;
  }
  return settled;
}
