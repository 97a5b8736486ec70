import type { EjectionConfig } from '../../config/endpoints.ts';
import type { EndpointState } from './endpoint-state.ts';
import type { CallOutcome } from './endpoints.ts';

/** Why an endpoint was ejected. */
export type EjectionReason = 'failures' | 'error_rate' | 'latency';

/** How the calls of one endpoint went. */
interface CallRecord {
  windowStartMs: number;
  calls: number;
  failed: number;
  answeredMs: number;
  failedInRow: number;
  /** Ejections that came one soon after the other. */
  strikes: number;
  lastReturnMs: number;
}

/** Enough to tell the usual from what is not: with two, each is as far from their median as the other. */
const leastToCompare = 3;

/** Watches how calls go, and says when an endpoint should be left alone for a while. */
export class Ejection {
  readonly #config: EjectionConfig;
  readonly #records = new Map<EndpointState, CallRecord>();

  constructor(config: EjectionConfig) {
    this.#config = config;
  }

  /** Takes a call in; gives why its endpoint is to be ejected, when it is. */
  note(endpoint: EndpointState, outcome: CallOutcome, durationMs: number, nowMs: number): EjectionReason | undefined {
    if (outcome === 'cancelled') return undefined;
    const { failures, errorRate, minimum, window } = this.#config;
    const record = this.#recordOf(endpoint, nowMs);
    if (nowMs - record.windowStartMs >= window) startWindow(record, nowMs);
    record.calls += 1;
    if (outcome === 'answered') {
      record.failedInRow = 0;
      record.answeredMs += durationMs;
      return this.#isSlow(record) ? 'latency' : undefined;
    }
    record.failed += 1;
    record.failedInRow += 1;
    if (record.failedInRow >= failures) return 'failures';
    return record.calls >= minimum && record.failed >= record.calls * errorRate ? 'error_rate' : undefined;
  }

  /** Ejects an endpoint, unless too many of `all` would be out; gives for how long, in milliseconds. */
  eject(endpoint: EndpointState, all: readonly EndpointState[], nowMs: number): number | undefined {
    const { maxShare, time, maxTime } = this.#config;
    const out = all.filter(({ ejectedUntilMs = 0 }) => ejectedUntilMs > nowMs).length;
    const most = Math.min(Math.max(Math.floor(all.length * maxShare), 1), all.length - 1);
    if (out >= most) return undefined;
    const record = this.#recordOf(endpoint, nowMs);
    if (nowMs - record.lastReturnMs > maxTime) record.strikes = 0;
    const forMs = Math.min(time * 2 ** record.strikes, maxTime);
    record.strikes += 1;
    record.failedInRow = 0;
    record.lastReturnMs = nowMs + forMs;
    startWindow(record, nowMs);
    endpoint.ejectedUntilMs = nowMs + forMs;
    return forMs;
  }

  /** Forgets an endpoint that is gone. */
  forget(endpoint: EndpointState): void {
    this.#records.delete(endpoint);
  }

  #isSlow(record: CallRecord): boolean {
    const { slowerThan, minimum } = this.#config;
    // Once in so many calls, as all endpoints are looked at.
    if (slowerThan === undefined || record.calls % minimum !== 0) return false;
    const means = [...this.#records.values()].filter(({ calls }) => calls >= minimum).map(meanOf);
    if (means.length < leastToCompare) return false;
    const median = means.toSorted((one, other) => one - other)[Math.floor((means.length - 1) / 2)] ?? 0;
    return meanOf(record) > median * slowerThan;
  }

  #recordOf(endpoint: EndpointState, nowMs: number): CallRecord {
    const known = this.#records.get(endpoint);
    if (known !== undefined) return known;
    const record: CallRecord = {
      windowStartMs: nowMs,
      calls: 0,
      failed: 0,
      answeredMs: 0,
      failedInRow: 0,
      strikes: 0,
      lastReturnMs: Number.NEGATIVE_INFINITY,
    };
    this.#records.set(endpoint, record);
    return record;
  }
}

function startWindow(record: CallRecord, nowMs: number): void {
  record.windowStartMs = nowMs;
  record.calls = 0;
  record.failed = 0;
  record.answeredMs = 0;
}

function meanOf({ calls, failed, answeredMs }: CallRecord): number {
  return answeredMs / Math.max(calls - failed, 1);
}
