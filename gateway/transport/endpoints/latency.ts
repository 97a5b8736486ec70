import type { EndpointState } from './endpoint-state.ts';

/** Time in which what is known of a latency loses about two thirds of its weight: one that was slow is tried again. */
const decayMs = 10_000;
/** What fails at once must not look fast. */
const failureMs = 1_000;

type Latency = Pick<EndpointState, 'latencyMs' | 'latencyAtMs'>;

/** The running latency as it is at a time: it fades while nothing is told. */
export function latencyAt({ latencyMs, latencyAtMs }: Latency, nowMs: number): number {
  return latencyMs === 0 ? 0 : latencyMs * Math.exp((latencyAtMs - nowMs) / decayMs);
}

/** Takes the latency of a call in: a peak counts at once and in full, and is forgotten bit by bit. */
export function noteLatency(
  endpoint: Latency,
  outcome: 'answered' | 'failed' | 'cancelled',
  tookMs: number,
  nowMs: number,
): void {
  const { latencyMs, latencyAtMs } = endpoint;
  const sampleMs = outcome === 'failed' ? Math.max(tookMs, failureMs) : tookMs;
  const isPeak = sampleMs >= latencyMs;
  // Who is cancelled would have taken longer.
  if (outcome === 'cancelled' && !isPeak) return;
  const kept = isPeak ? 0 : Math.exp((latencyAtMs - nowMs) / decayMs);
  endpoint.latencyMs = latencyMs * kept + sampleMs * (1 - kept);
  endpoint.latencyAtMs = nowMs;
}
