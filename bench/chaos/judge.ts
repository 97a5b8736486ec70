import type { ChaosReport } from './report.ts';

/** What is promised of a gateway whose backends have trouble. */
const bounds = { p99Rise: 1.2, recoverySeconds: 5, loadRatio: 1.1 } as const;

/** Through a gateway there are so many times as many moments in which a process may have to wait for a processor. */
const noiseFactor = 3;

/** The promises that were not kept of what can be counted, each as a sentence. */
export function judgeCounts({ failed, recoverySeconds, loadRatio = 0 }: ChaosReport): readonly string[] {
  return [
    failed > 0 && `${failed} requests failed that must not.`,
    recoverySeconds > bounds.recoverySeconds && `${recoverySeconds.toFixed(1)} s after the repair some failed still.`,
    loadRatio > bounds.loadRatio && `The backend in trouble got ${loadRatio.toFixed(2)} times its usual load.`,
  ].filter((sentence) => sentence !== false);
}

/**
 * Whether others had to wait longer, as a sentence. `allowanceMs` is what the slowest hundredth may take longer in any case, as a fifth of
 * a few milliseconds is less than what chance brings; what the machine adds to requests that pass no gateway is allowed besides.
 */
export function judgeLatency({ latencies }: ChaosReport, allowanceMs: number): readonly string[] {
  const { usualMs, meanwhileMs, noiseMs } = latencies;
  const mostMs = Math.max(bounds.p99Rise * usualMs, usualMs + allowanceMs) + noiseFactor * noiseMs;
  if (meanwhileMs <= mostMs) return [];
  return [`The slowest hundredth of others took ${meanwhileMs.toFixed(1)} ms, and ${usualMs.toFixed(1)} before.`];
}
