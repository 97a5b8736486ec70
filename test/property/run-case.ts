import type { ExecutionResult } from 'graphql';
import type { Engine, EngineOptions } from '../../gateway/execute/engine.ts';
import type { Case, CaseOperation } from './case.ts';
import { CaseSession } from './case-session.ts';

/** `createStitchedEngine`, `createCompiledEngine`, or what stands in for them. */
export type EngineFactory = (options: EngineOptions) => Engine;

/** What one operation of a case came to. */
export interface Verdict {
  readonly operation: CaseOperation;
  /** Sentences; none when the engine did well. */
  readonly findings: readonly string[];
  readonly expected: ExecutionResult;
  readonly got: ExecutionResult | undefined;
  /** What the subgraphs were sent. */
  readonly fetches: readonly string[];
}

/**
 * Runs every operation of a case on an engine and on the monolith, and compares.
 * @throws Error when the case itself is wrong: subgraphs that do not compose, an operation that is not valid.
 */
export async function runCase(createEngine: EngineFactory, one: Case): Promise<readonly Verdict[]> {
  const session = new CaseSession(createEngine, one);
  const verdicts: Verdict[] = [];
  for (const operation of one.operations) verdicts.push(await session.judge(operation));
  return verdicts;
}
