import type { Telemetry } from '../telemetry.ts';
import { Counter } from './counter.ts';
import type { Metric } from './metric.ts';

/** What is counted of answers that are not simply those of the subgraphs. */
export interface AnswerMetrics extends Pick<Telemetry, 'answerDegraded' | 'idempotencyDecided' | 'faultInjected'> {
  readonly metrics: readonly Metric[];
}

/** Counters, all at zero. */
export function createAnswerMetrics(): AnswerMetrics {
  const degraded = new Counter({
    name: 'overlock_answers_degraded_total',
    help: 'Answers with old data (stale) or with declared defaults (default) in the place of what could not be had.',
    labels: ['reason'],
  });
  const idempotency = new Counter({
    name: 'overlock_idempotency_keys_total',
    help: 'Mutations with an Idempotency-Key: taken is the first one, kept was answered without being run again; the others were refused, or run unprotected where the store is unavailable and that is wanted.',
    labels: ['outcome'],
  });
  const faults = new Counter({
    name: 'overlock_faults_injected_total',
    help: 'Fetches that a rule of faults made slow or made fail.',
    labels: ['subgraph', 'fault'],
  });
  return {
    metrics: [degraded, idempotency, faults],
    answerDegraded: (reason) => degraded.increment(reason),
    idempotencyDecided: (outcome) => idempotency.increment(outcome),
    faultInjected: (subgraph, fault) => faults.increment(subgraph, fault),
  };
}
