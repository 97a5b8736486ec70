import { type Judged, judgeFigures, toSide } from '../../schema/feed/judge-figures.ts';
import type { CanaryConfig } from '../config/canary.ts';
import type { Canary } from './canary.ts';
import type { Measurement } from './meter.ts';

/** How a canary stands. */
export interface Outlook extends Judged {
  readonly figures: NonNullable<Canary['figures']>;
  /** Calls that it has answered in the step. */
  readonly calls: number;
}

/** A verdict in seven hundred would be wrong by chance, and the margins make it far fewer. */
const certainty = 3;
/** So many failures in a row are beyond chance, however few the calls of a canary that nobody asks any longer because it fails. */
const errorsLeast = 10;

/** The share of errors that is too much where nothing was measured to compare it with, as when a new service begins with all calls. */
const errorsMostAlone = 0.5;

/** Compares a canary with its baseline by what all gateways have measured. */
export function judge({ recent, whole, before }: Measurement, config: CanaryConfig): Outlook {
  const { minimum, errorMargin, maxErrorRate, slowRatio, slowMargin } = config;
  const { canary, baseline: beside } = recent.canary.count >= minimum ? recent : whole;
  const baseline = beside.count >= minimum || before.count < minimum ? beside : before;
  const requestsLeast = Math.min(errorsLeast, minimum);
  const isAlone = baseline.count < requestsLeast && canary.count >= minimum;
  const judged = judgeFigures(canary, baseline, {
    requestsLeast,
    errorMargin,
    errorsMost: maxErrorRate ?? (isAlone ? errorsMostAlone : undefined),
    slowRatio,
    slowMarginMs: slowMargin,
    durationsLeast: minimum,
    certainty,
  });
  const isFew = judged.verdict === 'fine' && canary.count < minimum;
  return {
    ...(isFew ? { verdict: 'few' } : judged),
    figures: { canary: toSide(canary), baseline: toSide(baseline) },
    calls: whole.canary.count,
  };
}

/** What becomes of a canary that runs, at `nowMs` since the epoch: the same one as long as it is to wait. */
export function advance(canary: Canary, outlook: Outlook, config: CanaryConfig, nowMs: number): Canary {
  const { verdict, figures, calls } = outlook;
  const ending = { endedAt: nowMs, endedBy: 'overlock', figures };
  if (verdict === 'worse') return { ...canary, ...ending, state: 'rolledBack', reason: explain(outlook, canary) };
  const isOver = nowMs - canary.stepAt >= config.every && calls >= config.minimum;
  if (verdict !== 'fine' || !isOver) return canary;
  if (canary.step + 1 >= config.steps.length) return { ...canary, ...ending, state: 'promoted' };
  return { ...canary, step: canary.step + 1, stepAt: nowMs, figures };
}

function explain({ by, figures: { canary, baseline } }: Outlook, { group, baseline: other }: Canary): string {
  if (by === 'p95')
    return `${group} takes longer: 95 % are done in ${canary.p95} ms, of ${other} in ${baseline.p95} ms.`;
  return `${group} has more errors: ${canary.errors} of ${canary.count} calls, ${other} ${baseline.errors} of ${baseline.count}.`;
}
