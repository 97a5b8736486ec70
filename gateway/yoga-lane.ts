import type { ExecutionResult } from 'graphql';
import { createYoga, type GraphQLParams, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { answerVisit, refuse } from './answer-visit.ts';
import type { Config } from './config/config.ts';
import type { Answer } from './execute/engine.ts';
import type { Begun } from './hot-lane.ts';
import { assertAcceptable, toRefusalType } from './http/accept.ts';
import { isBatch, readParams } from './http/read-params.ts';
import type { Reply } from './http/reply.ts';
import type { OperationParams } from './operation/operation.ts';
import type { Pipeline } from './pipeline.ts';
import { toGetReply } from './to-get-reply.ts';
import { toBatchReply, toRefusedReply, toReply } from './to-reply.ts';
import type { Visit } from './visit.ts';
import { whileIdentified } from './while-identified.ts';

/** What Yoga is told of each request. */
interface YogaContext {
  readonly visit: Visit;
  /** What the hot lane has done already. */
  readonly begun?: Begun | undefined;
}

/** The way that every request can take. */
export type YogaLane = YogaServerInstance<YogaContext, object>;

/** Yoga with everything off that is done here. */
export function createYogaLane(
  pipeline: Pipeline,
  { listen, limits, identity }: Pick<Config, 'listen' | 'limits' | 'identity'>,
): YogaLane {
  return createYoga<YogaContext>({
    graphqlEndpoint: listen.path,
    plugins: [createPipelinePlugin(pipeline, { limits, identity })],
    batching: { limit: limits.batch },
    logging: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    maxRequestBodySize: false,
    extraParamNames: ['documentId'],
    parserAndValidationCache: false,
  });
}

/**
 * The one plugin: it takes reading the request, everything from its parameters to its answer, and the text of whole answers out of Yoga's
 * hands.
 */
function createPipelinePlugin(
  pipeline: Pipeline,
  { limits, identity }: Pick<Config, 'limits' | 'identity'>,
): Plugin<object, YogaContext> {
  const watching = { everyMs: identity.recheck, log: pipeline.telemetry.log };
  /** What Yoga answers by itself, such as its own faults, is not here. */
  const answered = new WeakSet<Answer>();
  return {
    onRequestParse({ request, serverContext: { visit, begun }, setRequestParser }) {
      setRequestParser(async () => {
        try {
          assertAcceptable(visit.accepted);
          const params = begun?.params ?? (await readParams(visit.source ?? request, limits));
          visit.isBatch = isBatch(params);
          return isBatch(params) ? params.map(toYogaParams) : toYogaParams(params);
        } catch (error) {
          const type = toRefusalType(visit.client.headers.get('accept'));
          return toResponse(toRefusedReply(refuse(error, visit, pipeline.telemetry), type), Response);
        }
      });
    },
    onParams({ setParamsHandler }) {
      setParamsHandler(async ({ params, request, context: { visit, begun } }) => {
        const method = request.method === 'GET' ? 'GET' : 'POST';
        const answer = begun?.answer ?? (await answerVisit(pipeline, visit, params, method));
        const counted =
          Symbol.asyncIterator in answer ? await whileIdentified(answer, visit.visitor, watching) : answer;
        answered.add(counted);
        return counted;
      });
    },
    onResultProcess({ request, result, serverContext: { visit }, setResultProcessor }) {
      const { resultType } = visit.accepted;
      const all = Array.isArray(result) ? result : [result];
      const ours = all.filter((one): one is ExecutionResult => answered.has(one) && !(Symbol.asyncIterator in one));
      const [first] = ours;
      if (resultType === undefined || first === undefined || ours.length < all.length) return;
      const reply = Array.isArray(result) ? toBatchReply(ours, resultType) : toReply(first, resultType);
      const sent = request.method === 'GET' ? toGetReply(reply, visit) : reply;
      setResultProcessor((_result, fetchApi) => toResponse(sent, fetchApi.Response), resultType);
    },
  };
}

function toResponse({ status, headers, body }: Reply, ResponseClass: typeof Response): Response {
  const fields = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new ResponseClass(status === 304 ? null : body.toString(), { status, headers: fields });
}

/** Yoga refuses parameters without a text, but a document may be known by its hash. */
function toYogaParams({ query = '', ...rest }: OperationParams): GraphQLParams {
  // Its type has no members that are there and undefined.
  return { query, ...rest } as GraphQLParams;
}
