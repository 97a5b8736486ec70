import type { ExecutionResult } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Operation } from '../operation/operation.ts';
import type { DenialFacts } from '../telemetry/telemetry.ts';
import type { OnHeaders, Policy, PolicyRequest, Verdict } from './policy.ts';

/** What all policies together let through. */
export interface Enforcement {
  /** What may run; `undefined` when nothing is left of it. */
  readonly operation: Operation | undefined;
  /** Response headers, by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Makes the answer of `operation` the answer of what was asked for; to be called for each answer, or once without one. */
  readonly finish: (answer: ExecutionResult | undefined, onHeaders?: OnHeaders) => ExecutionResult;
}

const noHeaders: Enforcement['headers'] = new Map();

/**
 * Asks the policies, one after the other; each sees what those before it let through. `onDenied` is told of what they refuse,
 * withhold, or would refuse.
 * @throws GatewayError of the first policy that refuses; those before it are told that nothing will run
 */
export async function enforce(
  policies: readonly Policy[],
  request: PolicyRequest,
  onDenied: (facts: DenialFacts) => void,
): Promise<Enforcement> {
  const verdicts: Verdict[] = [];
  let operation: Operation | undefined = request.operation;
  try {
    for (const policy of policies) {
      if (operation === undefined) break;
      const asked = policy.enforce(operation === request.operation ? request : { ...request, operation });
      // Most policies decide at once, and nobody needs to wait for the next turn.
      const verdict = asked instanceof Promise ? await asked : asked;
      verdicts.push(verdict);
      noteVerdict(policy, verdict, onDenied);
      if (verdict.narrowed !== undefined) operation = verdict.narrowed.operation;
    }
  } catch (error) {
    // The policy that refuses has given no verdict.
    const policy = policies[verdicts.length]?.name ?? '';
    if (error instanceof GatewayError) onDenied({ policy, code: error.code, outcome: 'refused' });
    for (const { onAnswer } of verdicts) onAnswer?.(undefined);
    throw error;
  }
  return {
    operation,
    headers: headersOf(verdicts),
    finish: (answer, onHeaders) => settle(verdicts, answer, onHeaders) ?? { data: {} },
  };
}

function noteVerdict({ name }: Policy, { measured, narrowed }: Verdict, onDenied: (facts: DenialFacts) => void): void {
  if (measured !== undefined) onDenied({ policy: name, code: measured, outcome: 'measured' });
  if (narrowed !== undefined) onDenied({ policy: name, code: 'FORBIDDEN', outcome: 'withheld' });
}

function headersOf(verdicts: readonly Verdict[]): Enforcement['headers'] {
  let all: Map<string, string> | undefined;
  for (const { headers } of verdicts) {
    if (headers === undefined) continue;
    all ??= new Map();
    for (const name in headers) all.set(name, headers[name] ?? '');
  }
  return all ?? noHeaders;
}

/** The last policy saw the narrowest operation, so it is the first to see the answer. */
function settle(
  verdicts: readonly Verdict[],
  answer: ExecutionResult | undefined,
  onHeaders: OnHeaders | undefined,
): ExecutionResult | undefined {
  let settled = answer;
  for (const { narrowed, onAnswer } of verdicts.toReversed()) {
    if (narrowed !== undefined) settled = narrowed.complete(settled);
    settled = onAnswer?.(settled, onHeaders) ?? settled;
  }
  return settled;
}
