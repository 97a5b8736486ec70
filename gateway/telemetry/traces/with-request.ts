import type { RequestsUnderWay } from '../logs/requests-under-way.ts';
import type { Telemetry } from '../telemetry.ts';
import type { Tracing } from '../tracing.ts';

/** Runs requests so that they are known while they are answered, each with its trace if there are any. */
export function createWithRequest(
  tracing: Pick<Tracing, 'begin' | 'end'> | undefined,
  requests: RequestsUnderWay,
): Telemetry['withRequest'] {
  return async (request, run) => {
    const trace = tracing?.begin(request);
    let failure: unknown;
    requests.enter(request);
    try {
      return await run(trace);
    } catch (error) {
      failure = error ?? new Error('Something was thrown that is nothing.');
      throw error;
    } finally {
      requests.leave(request);
      if (trace !== undefined) tracing?.end(trace, failure);
    }
  };
}
