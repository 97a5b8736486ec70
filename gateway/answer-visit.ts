import type { Answer } from './execute/engine.ts';
import type { OperationParams } from './operation/operation.ts';
import { answerOperation, type Pipeline } from './pipeline.ts';
import { type Refusal, RefusedResult, toRefusal } from './refusal.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { noteErrors, type Visit } from './visit.ts';

/** Answers one operation of a visit, by whichever lane it came; a refusal or a fault is an answer as well. */
export async function answerVisit(
  pipeline: Pipeline,
  visit: Visit,
  params: OperationParams,
  method: 'GET' | 'POST',
): Promise<Answer> {
  try {
    const answer = await answerOperation(pipeline, {
      // To Yoga and some clients an empty text means that there is none.
      params: params.query === '' ? { ...params, query: undefined } : params,
      method,
      acceptsStream: visit.accepted.stream,
      visitor: visit.visitor,
      client: visit.client,
      left: visit.left,
      onOperation: (operation) => {
        visit.operation = operation;
      },
      onHeaders: (headers) => visit.headers.add(headers),
    });
    if ('errors' in answer) noteErrors(visit, answer.errors);
    return answer;
  } catch (error) {
    return new RefusedResult(refuse(error, visit, pipeline.telemetry));
  }
}

/** What the client of a visit is told about an error. */
export function refuse(error: unknown, visit: Visit, { log }: Pick<Telemetry, 'log'>): Refusal {
  const refusal = toRefusal(error, log, visit.client.id);
  noteErrors(visit, refusal.errors);
  return refusal;
}
