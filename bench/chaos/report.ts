import type { SentRequest } from '../../test/support/constant-load.ts';
import type { Answer } from './client.ts';

export type Sent = SentRequest<Answer>;

/** The slowest hundredth of requests, in milliseconds. */
export interface Latencies {
  /** Before the trouble. */
  readonly usualMs: number;
  readonly meanwhileMs: number;
  /** How much longer it took meanwhile of requests that went straight to a backend that is well. */
  readonly noiseMs: number;
}

/** What came of one case. */
export interface ChaosReport {
  readonly title: string;
  readonly requests: number;
  /** That failed although nothing that they needed had trouble. */
  readonly failed: number;
  /** That failed for the trouble of what they needed. */
  readonly affected: number;
  /** Of those that need something else. */
  readonly latencies: Latencies;
  /** From the repair until the last request was sent that failed. */
  readonly recoverySeconds: number;
  /** What reached the one in trouble to what it gets otherwise; `undefined` where nothing counts it. */
  readonly loadRatio: number | undefined;
  /** Of the last second of the trouble, requests that had to wait for the one that does not answer. */
  readonly waiting: number;
}

/** How the slowest hundredth of many requests is found. */
export type SlowestOf = (sent: readonly Sent[]) => number;

/** How long all but the slowest hundredth took, in milliseconds. */
export const p99Of = (sent: readonly Pick<Sent, 'tookMs'>[]): number => {
  const times = sent.map(({ tookMs = Number.POSITIVE_INFINITY }) => tookMs).toSorted((one, other) => one - other);
  return times[Math.ceil(times.length * 0.99) - 1] ?? 0;
};

/**
 * The same of each half second, and of those the median: a machine that stands still now and then, because others use it as well, makes
 * some of them slow, and a gateway that has more to do all of them.
 */
export const steadyP99Of: SlowestOf = (sent) => {
  const sliceOf = ({ sentMs }: Sent) => Math.floor(sentMs / 500);
  const slices = [...new Set(sent.map(sliceOf))];
  const times = slices
    .map((slice) => p99Of(sent.filter((one) => sliceOf(one) === slice)))
    .toSorted((one, other) => one - other);
  return times[Math.floor((times.length - 1) / 2)] ?? 0;
};

/** The latencies before a trouble and in it; `controls` went straight to a backend. */
export function toLatencies(
  sent: readonly Sent[],
  controls: readonly Sent[],
  begunMs: number,
  endedMs: number,
  slowestOf: SlowestOf,
): Latencies {
  const usual = ({ sentMs }: Sent) => sentMs < begunMs;
  const meanwhile = ({ sentMs }: Sent) => sentMs >= begunMs && sentMs < endedMs;
  return {
    usualMs: slowestOf(sent.filter(usual)),
    meanwhileMs: slowestOf(sent.filter(meanwhile)),
    noiseMs: Math.max(0, slowestOf(controls.filter(meanwhile)) - slowestOf(controls.filter(usual))),
  };
}
