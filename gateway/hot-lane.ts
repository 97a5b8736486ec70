import type { IncomingMessage } from 'node:http';
import { answerVisit, refuse } from './answer-visit.ts';
import type { LimitsConfig } from './config/limits.ts';
import type { Answer } from './execute/engine.ts';
import { toRefusalType } from './http/accept.ts';
import { isBatch, isJsonType, readParams } from './http/read-params.ts';
import type { Reply } from './http/reply.ts';
import type { OperationParams } from './operation/operation.ts';
import type { Pipeline } from './pipeline.ts';
import { toRefusedReply, toReply } from './to-reply.ts';
import type { Visit } from './visit.ts';

/** What was done for a visit before it turned out that Yoga must write its answer. */
export interface Begun {
  readonly params: OperationParams | readonly OperationParams[];
  /** The answer, when it is a stream. */
  readonly answer?: Answer;
}

/** What the hot lane does not do itself. */
type HandOver = (begun?: Begun) => Promise<Response>;

/** Answers visits on node:http as far as it can, and hands the others over. */
export type HotLane = (visit: Visit, handOver: HandOver) => Promise<Reply | Response>;

/**
 * The short way for nearly all requests: a POST of JSON for a client that takes a JSON answer. Yoga writes what is left, which are
 * streams and batches.
 */
export function createHotLane(pipeline: Pipeline, limits: LimitsConfig): HotLane {
  return async (visit, handOver) => {
    const { source, accepted } = visit;
    const { resultType } = accepted;
    if (resultType === undefined || !isJsonPost(source)) return handOver();
    let params: OperationParams | readonly OperationParams[];
    try {
      params = await readParams(source, limits);
    } catch (error) {
      const type = toRefusalType(source.headers.accept);
      return toRefusedReply(refuse(error, visit, pipeline.telemetry), type, visit.headers.all);
    }
    if (isBatch(params)) return handOver({ params });
    const answer = await answerVisit(pipeline, visit, params, 'POST');
    return Symbol.asyncIterator in answer
      ? handOver({ params, answer })
      : toReply(answer, resultType, visit.headers.all);
  };
}

function isJsonPost(source: IncomingMessage | undefined): source is IncomingMessage {
  return source?.method === 'POST' && isJsonType(source.headers['content-type']);
}
