import type { IncomingMessage } from 'node:http';
import { answerVisit, refuse } from './answer-visit.ts';
import type { LimitsConfig } from './config/limits.ts';
import type { Answer } from './execute/engine.ts';
import { toRefusalType } from './http/accept.ts';
import { isBatch, isJsonType, readParams } from './http/read-params.ts';
import type { Reply } from './http/reply.ts';
import type { OperationParams } from './operation/operation.ts';
import type { Pipeline } from './pipeline.ts';
import { toGetReply } from './to-get-reply.ts';
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
 * The short way for nearly all requests: a POST of JSON, or a GET, for a client that takes a JSON answer. Yoga writes what is left, which
 * are streams and batches.
 */
export function createHotLane(pipeline: Pipeline, limits: LimitsConfig): HotLane {
  return async (visit, handOver) => {
    const { source, accepted } = visit;
    const { resultType } = accepted;
    const method = source && methodOf(source);
    if (resultType === undefined || source === undefined || method === undefined) return handOver();
    let params: OperationParams | readonly OperationParams[];
    try {
      params = await readParams(source, limits);
    } catch (error) {
      const type = toRefusalType(source.headers.accept);
      return toRefusedReply(refuse(error, visit, pipeline.telemetry), type, visit.headers.all);
    }
    if (isBatch(params)) return handOver({ params });
    const answer = await answerVisit(pipeline, visit, params, method);
    if (Symbol.asyncIterator in answer) return handOver({ params, answer });
    const reply = toReply(answer, resultType, visit.headers.all);
    return method === 'GET' ? toGetReply(reply, visit) : reply;
  };
}

/** `undefined` for what is not read here. */
function methodOf({ method, headers }: IncomingMessage): 'GET' | 'POST' | undefined {
  if (method === 'GET') return 'GET';
  return method === 'POST' && isJsonType(headers['content-type']) ? 'POST' : undefined;
}
