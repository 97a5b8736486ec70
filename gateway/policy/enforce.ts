import type { ExecutionResult } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Operation } from '../operation/operation.ts';
import type { DenialFacts } from '../telemetry/telemetry.ts';
import type { OnHeader, Policy, PolicyRequest, Verdict } from './policy.ts';

/** What all policies together let through. */
export interface Enforcement {
  /** What may run; `undefined` when nothing is left of it. */
  readonly operation: Operation | undefined;
  /** Whether who asks has decided what may run. */
  readonly isGuarded: boolean;
  /** Gives the response headers that there are already. */
  readonly tellHeaders: (onHeader: OnHeader) => void;
  /** Makes the answer of `operation` the answer of what was asked for; to be called for each answer, or once without one. */
  readonly finish: (answer: ExecutionResult | undefined, onHeader?: OnHeader) => ExecutionResult;
}

/**
 * Asks the policies, one after the other; each sees what those before it let through. Waits only for policies that do not decide at
 * once. `onDenied` is told of what they refuse, withhold, or would refuse.
 * @throws GatewayError of the first policy that refuses, or rejects with it; those before it are told that nothing will run
 */
export function enforce(
  policies: readonly Policy[],
  request: PolicyRequest,
  onDenied: (facts: DenialFacts) => void,
): Enforcement | Promise<Enforcement> {
  return new Round(policies, request, onDenied).goOn();
}

/** A verdict that is of consequence later, and those before it. */
interface Kept {
  readonly verdict: Verdict;
  readonly former: Kept | undefined;
}

/** One request and the verdicts on it so far. */
class Round implements Enforcement {
  readonly #policies: readonly Policy[];
  readonly #request: PolicyRequest;
  readonly #onDenied: (facts: DenialFacts) => void;
  #last: Kept | undefined;
  #next = 0;
  operation: Operation | undefined;
  isGuarded = false;

  constructor(policies: readonly Policy[], request: PolicyRequest, onDenied: (facts: DenialFacts) => void) {
    this.#policies = policies;
    this.#request = request;
    this.#onDenied = onDenied;
    this.operation = request.operation;
  }

  goOn(): Enforcement | Promise<Enforcement> {
    for (let policy = this.#policies[this.#next]; policy !== undefined; policy = this.#policies[this.#next]) {
      const { operation } = this;
      if (operation === undefined) break;
      const asked = this.#ask(policy, operation);
      if (asked instanceof Promise) return this.#goOnAfter(policy, asked);
      this.#take(policy, asked);
    }
    return this;
  }

  #ask(policy: Policy, operation: Operation): Verdict | Promise<Verdict> {
    const request = this.#request;
    try {
      return policy.enforce(operation === request.operation ? request : { ...request, operation });
    } catch (error) {
      throw this.#refused(policy, error);
    }
  }

  async #goOnAfter(policy: Policy, asked: Promise<Verdict>): Promise<Enforcement> {
    try {
      this.#take(policy, await asked);
    } catch (error) {
      throw this.#refused(policy, error);
    }
    return this.goOn();
  }

  #take({ name }: Policy, verdict: Verdict): void {
    const { narrowed, measured, headers, onAnswer } = verdict;
    this.#next += 1;
    if (verdict.isGuarded === true) this.isGuarded = true;
    if (measured !== undefined) this.#onDenied({ policy: name, code: measured, outcome: 'measured' });
    if (narrowed !== undefined) {
      this.#onDenied({ policy: name, code: 'FORBIDDEN', outcome: 'withheld' });
      this.operation = narrowed.operation;
    }
    const isOver = narrowed === undefined && headers === undefined && onAnswer === undefined;
    if (!isOver) this.#last = { verdict, former: this.#last };
  }

  #refused({ name }: Policy, error: unknown): unknown {
    if (error instanceof GatewayError) this.#onDenied({ policy: name, code: error.code, outcome: 'refused' });
    for (let kept = this.#last; kept !== undefined; kept = kept.former) kept.verdict.onAnswer?.(undefined);
    return error;
  }

  tellHeaders(onHeader: OnHeader): void {
    tellHeaders(this.#last, onHeader);
  }

  /** The last policy saw the narrowest operation, so it is the first to see the answer. */
  finish(answer: ExecutionResult | undefined, onHeader?: OnHeader): ExecutionResult {
    let settled = answer;
    for (let kept = this.#last; kept !== undefined; kept = kept.former) {
      const { narrowed, onAnswer } = kept.verdict;
      if (narrowed !== undefined) settled = narrowed.complete(settled);
      settled = onAnswer?.(settled, onHeader) ?? settled;
    }
    return settled ?? { data: {} };
  }
}

/** In the order of the policies: the last one to speak of a header counts. */
function tellHeaders(kept: Kept | undefined, onHeader: OnHeader): void {
  if (kept === undefined) return;
  tellHeaders(kept.former, onHeader);
  const { headers } = kept.verdict;
  for (const name in headers) onHeader(name, headers[name] ?? '');
}
