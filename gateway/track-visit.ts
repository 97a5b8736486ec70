import type { RequestFacts, Telemetry } from './telemetry/telemetry.ts';
import type { Visit } from './visit.ts';

/** What HTTP has to say of an answer. */
interface Outcome {
  readonly status: number;
  /** Of the body before compression; 0 for a stream. */
  readonly bytes: number;
}

/** Runs what a visit is for, and reports what came of it, with what `outcomeOf` says of the answer. */
export type TrackVisit = <Answered>(
  visit: Visit,
  run: () => Promise<Answered>,
  outcomeOf: (answered: Answered) => Outcome,
) => Promise<Answered>;

/** Reports visits to `telemetry`, and to others. */
export function createTrackVisit(
  telemetry: Pick<Telemetry, 'withRequest' | 'requestEnded'>,
  others: readonly (Telemetry['requestEnded'] | undefined)[] = [],
): TrackVisit {
  return (visit, run, outcomeOf) =>
    telemetry.withRequest(visit, async (trace) => {
      if (trace !== undefined) visit.client = { ...visit.client, trace };
      const startedAt = performance.now();
      const answered = await run();
      const facts: RequestFacts = {
        requestId: visit.client.id,
        operationName: visit.operation?.name,
        operationKind: visit.operation?.kind,
        operationHash: visit.operation?.hash,
        ...outcomeOf(answered),
        errorCodes: visit.errorCodes,
        durationMs: performance.now() - startedAt,
        client: visit.visitor.client,
        identity: visit.identity,
        cost: visit.cost,
        quotaShare: visit.quotaShare,
        country: visit.visitor.country,
        request: visit,
      };
      telemetry.requestEnded(facts);
      for (const other of others) other?.(facts);
      return answered;
    });
}
