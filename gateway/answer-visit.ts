import type { ExecutionResult } from 'graphql';
import type { CacheReport } from './cache/cache-report.ts';
import { degradedPathsOf } from './execute/degraded-paths.ts';
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
  let report: CacheReport | undefined;
  let cost: number | undefined;
  const note = (hasErrors: boolean) => {
    if (cost !== undefined) visit.cost = (visit.cost ?? 0) + cost;
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
      onIdentity: (identity) => {
        visit.identity = identity;
      },
      onCost: (one) => {
        cost = one;
      },
      onQuotaUsed: (share) => {
        visit.quotaShare = Math.max(visit.quotaShare ?? 0, share);
      },
      onOperation: (operation, { uses }) => {
        visit.operation = operation;
        began = { operation, uses };
      },
      onHeader: (name, value) => visit.headers.set(name, value),
      onCacheReport:
        pipeline.cacheHeaders &&
        ((one) => {
          report = one;
        }),
    });
    tellCache(pipeline, visit, answer, report);
    if ('extensions' in answer) noteDegraded(answer, pipeline.telemetry);
    if ('errors' in answer) noteErrors(visit, answer.errors);
    note('errors' in answer && answer.errors !== undefined);
    return answer;
  } catch (error) {
    note(true);
    tellCache(pipeline, visit, undefined);
    return new RefusedResult(refuse(error, visit, pipeline.telemetry));
  }
}

function noteDegraded(answer: ExecutionResult, { answerDegraded }: Pick<Telemetry, 'answerDegraded'>): void {
  for (const reason of new Set(degradedPathsOf(answer).map((part) => part.reason))) answerDegraded(reason);
}

/** Of several answers in one body, no one knows how long that is good for. */
function tellCache({ cacheHeaders }: Pipeline, visit: Visit, answer: Answer | undefined, report?: CacheReport): void {
  if (cacheHeaders === undefined) return;
  const headers = visit.isBatch ? cacheHeaders(undefined, undefined) : cacheHeaders(answer, report);
  for (const name in headers) visit.headers.set(name, headers[name] ?? '');
}

/** What the client of a visit is told about an error. */
export function refuse(error: unknown, visit: Visit, { log }: Pick<Telemetry, 'log'>): Refusal {
  const refusal = toRefusal(error, log, visit.client.id);
  noteErrors(visit, refusal.errors);
  visit.refusedCode = visit.errorCodes.at(-1);
  return refusal;
}
