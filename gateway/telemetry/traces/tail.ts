import type { TracesConfig } from '../../config/traces.ts';
import type { RequestFacts } from '../telemetry.ts';
import { isFailure } from '../traffic/code-label.ts';
import type { Traffic } from '../traffic/traffic.ts';

/** Why a trace is kept. */
export type KeepReason = 'errors' | 'slow' | 'named' | 'sampled' | 'onDemand';

/** Decides whether the trace of a request that has ended is kept although nobody decided so before. */
export type Tail = (facts: RequestFacts) => KeepReason | undefined;

/** Keeps what the configuration names. */
export function createTail({ keep }: Pick<TracesConfig, 'keep'>, { p99Of }: Pick<Traffic, 'p99Of'>): Tail {
  const names = new Set(keep);
  const [keepsErrors, keepsSlow] = [names.delete('errors'), names.delete('slow')];
  return (facts) => {
    const { status, errorCodes, operationName, operationHash, client, durationMs } = facts;
    if (keepsErrors && (status >= 500 || errorCodes.some(isFailure))) return 'errors';
    if (names.size > 0 && (names.has(operationName ?? '') || names.has(client.name ?? ''))) return 'named';
    if (!keepsSlow || operationHash === undefined) return undefined;
    return durationMs > (p99Of(operationHash) ?? Number.POSITIVE_INFINITY) ? 'slow' : undefined;
  };
}
