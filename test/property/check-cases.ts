import fc from 'fast-check';
import { CaseArbitrary } from './case-arbitrary.ts';
import type { Candidate } from './engines.ts';
import { printVerdict } from './print-verdict.ts';
import { runCase } from './run-case.ts';

export interface CheckOptions {
  readonly seed: number;
  /** Where a failure was found before: it is run again alone. */
  readonly path?: string;
  readonly supergraphs: number;
  /** Operations on each supergraph. */
  readonly operations: number;
  /** Unlimited when it is left out. */
  readonly seconds?: number | undefined;
}

export interface CheckReport {
  /** Operations that were judged. */
  readonly ran: number;
  readonly composed: number;
  /** Supergraphs that were made and did not compose. */
  readonly refused: number;
  /** The smallest case that went wrong, to be read, and where it is. */
  readonly failure: { readonly text: string; readonly path: string } | undefined;
}

/** Judges an engine by random cases until one goes wrong, and makes that one small. */
export async function checkCases({ create, choose }: Candidate, options: CheckOptions): Promise<CheckReport> {
  const { seed, path, supergraphs, operations, seconds } = options;
  const counts = { ran: 0, composed: 0, refused: 0 };
  const arbitrary = new CaseArbitrary({
    operations,
    onSupergraph(messages) {
      if (messages === undefined) counts.composed++;
      else counts.refused++;
    },
  });
  const property = fc.asyncProperty(arbitrary, async (one) => {
    const chosen = choose(one);
    if (chosen.operations.length === 0) return;
    const verdicts = await runCase(create, chosen);
    counts.ran += verdicts.length;
    const bad = verdicts.find(({ findings }) => findings.length > 0);
    if (bad !== undefined) throw new Error(printVerdict(one, bad));
  });
  const outcome = await fc.check(property, {
    seed,
    numRuns: supergraphs,
    ...(path ? { path } : {}),
    ...(seconds === undefined ? {} : { interruptAfterTimeLimit: seconds * 1000 }),
  });
  if (!outcome.failed || outcome.counterexamplePath === null) return { ...counts, failure: undefined };
  const { errorInstance, counterexamplePath } = outcome;
  const text = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return { ...counts, failure: { text, path: counterexamplePath } };
}
