import type { EndpointState } from './endpoint-state.ts';

/** Time in which what is known of a latency loses about two thirds of its weight: one that was slow is tried again. */
const decayMs = 10_000;
/** What fails at once must not look fast: for a while it counts as if it had taken so much longer. */
const failureMs = 1_000;
/** How long that while is at first: what is repaired by then is to have its part of the calls again. */
const failureFadesMs = 5_000;
/** What fails again soon after is left alone for twice as long each time, so often at most. */
const doublingsMost = 3;
/** When a failure is so long ago, the next one is a first one. */
const failureForgottenMs = 60_000;

type Latency = Pick<EndpointState, 'latencyMs' | 'latencyAtMs' | 'failedAtMs' | 'relapses'>;

/** The running latency as it is at a time: it fades while nothing is told. */
export function latencyAt({ latencyMs, latencyAtMs }: Latency, nowMs: number): number {
  return latencyMs === 0 ? 0 : latencyMs * Math.exp((latencyAtMs - nowMs) / decayMs);
}

/** What a call that failed at once adds to that: less and less, and nothing in the end. */
export function penaltyAt({ failedAtMs, relapses }: Pick<Latency, 'failedAtMs' | 'relapses'>, nowMs: number): number {
  return failedAtMs === undefined ? 0 : failureMs * Math.max(1 - (nowMs - failedAtMs) / fadesMsOf(relapses), 0);
}

/** Forgets how it did, as it is to be tried anew. */
export function forgetLatency(endpoint: Latency): void {
  endpoint.latencyMs = 0;
  endpoint.failedAtMs = undefined;
  endpoint.relapses = 0;
}

/** Takes the latency of a call in: a peak counts at once and in full, and is forgotten bit by bit. */
export function noteLatency(
  endpoint: Latency,
  outcome: 'answered' | 'failed' | 'cancelled',
  tookMs: number,
  nowMs: number,
): void {
  const { latencyMs, latencyAtMs } = endpoint;
  if (outcome === 'failed' && tookMs < failureMs) {
    noteFailure(endpoint, nowMs);
    return;
  }
  const isPeak = tookMs >= latencyMs;
  // Who is cancelled would have taken longer.
  if (outcome === 'cancelled' && !isPeak) return;
  const kept = isPeak ? 0 : Math.exp((latencyAtMs - nowMs) / decayMs);
  endpoint.latencyMs = latencyMs * kept + tookMs * (1 - kept);
  endpoint.latencyAtMs = nowMs;
}

function noteFailure(endpoint: Latency, nowMs: number): void {
  const { failedAtMs = Number.NEGATIVE_INFINITY, relapses } = endpoint;
  const sinceMs = nowMs - failedAtMs;
  if (sinceMs >= failureForgottenMs) endpoint.relapses = 0;
  // What fails beside others, or was begun before, is no other try.
  else if (sinceMs > fadesMsOf(relapses) / 2) endpoint.relapses += 1;
  endpoint.failedAtMs = nowMs;
}

function fadesMsOf(relapses: number): number {
  return failureFadesMs * 2 ** Math.min(relapses, doublingsMost);
}
