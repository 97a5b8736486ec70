import type { RequestFacts, Telemetry } from './telemetry/telemetry.ts';
import { thrownNothing } from './telemetry/thrown-nothing.ts';
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
  { requestBegan, requestEnded, requestLeft }: Pick<Telemetry, 'requestBegan' | 'requestEnded' | 'requestLeft'>,
  others: readonly (Telemetry['requestEnded'] | undefined)[] = [],
): TrackVisit {
  const listeners = [requestEnded, ...others.filter((other) => other !== undefined)];
  return async (visit, run, outcomeOf) => {
    const startMs = performance.now();
    visit.client.trace = requestBegan(visit, startMs);
    let failure: unknown;
    try {
      const answered = await run();
      const facts = toFacts(visit, outcomeOf(answered), performance.now() - startMs);
      for (const listener of listeners) listener(facts);
      return answered;
    } catch (error) {
      failure = error ?? thrownNothing();
      throw error;
    } finally {
      requestLeft(visit, failure);
    }
  };
}

function toFacts(visit: Visit, { status, bytes }: Outcome, durationMs: number): RequestFacts {
  const { client, visitor, operation } = visit;
  return {
    requestId: client.id,
    operationName: operation?.name,
    operationKind: operation?.kind,
    operationHash: operation?.hash,
    status,
    errorCodes: visit.errorCodes,
    refusedCode: visit.refusedCode,
    durationMs,
    client: visitor.client,
    identity: visit.identity,
    cost: visit.cost,
    quotaShare: visit.quotaShare,
    bytes,
    country: visitor.country,
    request: visit,
  };
}
