import type { Answer } from './execute/engine.ts';
import type { Operation, OperationParams } from './operation/operation.ts';
import { answerOperation, type Pipeline } from './pipeline.ts';
import { type Refusal, RefusedResult, toRefusal } from './refusal.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { OperationUses } from './usage/operation-uses.ts';
import { noteErrors, type Visit } from './visit.ts';

/** The operation of a visit, once it is known, and where its use is counted. */
interface Began {
  readonly operation: Operation;
  readonly uses: OperationUses | undefined;
}

/** Answers one operation of a visit, by whichever lane it came; a refusal or a fault is an answer as well. */
export async function answerVisit(
  pipeline: Pipeline,
  visit: Visit,
  params: OperationParams,
  method: 'GET' | 'POST',
): Promise<Answer> {
  const startedMs = performance.now();
  let began: Began | undefined;
  const note = (hasErrors: boolean) => {
    if (began?.uses === undefined) return;
    const durationMs = performance.now() - startedMs;
    began.uses.note(began.operation, {
      client: visit.visitor.client,
      variables: params.variables,
      hasErrors,
      durationMs,
    });
  };
  try {
    const answer = await answerOperation(pipeline, {
      // To Yoga and some clients an empty text means that there is none.
      params: params.query === '' ? { ...params, query: undefined } : params,
      method,
      acceptsStream: visit.accepted.stream,
      visitor: visit.visitor,
      client: visit.client,
      left: visit.left,
      onOperation: (operation, { uses }) => {
        visit.operation = operation;
        began = { operation, uses };
      },
      onHeader: (name, value) => visit.headers.set(name, value),
    });
    if ('errors' in answer) noteErrors(visit, answer.errors);
    note('errors' in answer && answer.errors !== undefined);
    return answer;
  } catch (error) {
    note(true);
    return new RefusedResult(refuse(error, visit, pipeline.telemetry));
  }
}

/** What the client of a visit is told about an error. */
export function refuse(error: unknown, visit: Visit, { log }: Pick<Telemetry, 'log'>): Refusal {
  const refusal = toRefusal(error, log, visit.client.id);
  noteErrors(visit, refusal.errors);
  return refusal;
}
