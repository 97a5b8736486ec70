import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import { createYoga, type GraphQLParams, type Plugin } from 'graphql-yoga';
import type { Problem } from '../schema/supergraph/problem.ts';
import type { Supergraph } from '../schema/supergraph/supergraph.ts';
import type { Config } from './config/config.ts';
import { createEdge, type Edge, type Visitor } from './edge.ts';
import type { GatewayError } from './errors.ts';
import { createGeneration, type Generation } from './generation.ts';
import { type Accepted, assertAcceptable, readAccepted, toRefusalType } from './http/accept.ts';
import { readParams } from './http/read-params.ts';
import type { Operation, OperationParams } from './operation/operation.ts';
import { answerOperation, type OperationRequest, type Pipeline, type Streams } from './pipeline.ts';
import { type Refusal, toRefusal, toRefusedResponse, toRefusedResult } from './refusal.ts';
import { Current } from './supergraph/current.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { ResponseHeaders } from './transport/response-headers.ts';
import type { ClientRequest } from './transport/send.ts';

export interface GatewayOptions {
  readonly config: Config;
  readonly telemetry: Telemetry;
  /** The streams that clients read are kept here while they last, for who has to end them. */
  readonly streams: Streams;
}

/** A gateway: it answers requests and never listens. */
export interface Gateway {
  /** Answers a Fetch request to the endpoint. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Answers a request of node:http to the endpoint; `requestId` names it in logs. */
  readonly answer: (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<Response>;
  /** The client's address, taken through trusted proxies only. */
  readonly addressOf: (request: IncomingMessage) => string | undefined;
  /** Counts a request that was refused before it came to `answer`. */
  readonly noteRefusal: (refusal: GatewayError, requestId: string) => void;
  /**
   * Runs new requests on this supergraph; those in flight end on theirs.
   * @throws Error when the supergraph cannot be run; the former one stays.
   */
  readonly use: (supergraph: Supergraph) => void;
  /** Whether there is a supergraph to answer from. */
  readonly isReady: () => boolean;
  /** Reads what has to be read before the first request; gives what stands in its way. */
  readonly open: () => Promise<readonly Problem[]>;
  /** Lets requests in flight end, then closes what they used. */
  readonly close: () => Promise<void>;
}

/** What one HTTP request is to the gateway, from its first byte to its last. */
interface Visit {
  readonly client: ClientRequest;
  readonly visitor: Visitor;
  readonly source: IncomingMessage | undefined;
  readonly left: AbortSignal | undefined;
  readonly accepted: Accepted;
  /** What subgraph answers bring for the client. */
  readonly headers: ResponseHeaders;
  operation: Operation | undefined;
  errorCodes: string[];
}

interface YogaContext {
  readonly visit: Visit;
}

const unknownOperation = { operationName: undefined, operationKind: undefined, operationHash: undefined } as const;

/** Builds a gateway; it refuses requests until `use` gave it a supergraph. */
export function createGateway({ config, telemetry, streams }: GatewayOptions): Gateway {
  const { log } = telemetry;
  const current = new Current<Generation>((error) => log.warn('A generation did not close cleanly.', { error }));
  const edge = createEdge(config, telemetry);
  const { documents, limitStore } = edge;
  const timeoutMs = config.traffic.operation.timeout;
  const pipeline: Pipeline = { current, documents, telemetry, streams, timeoutMs };
  const yoga = createYoga<YogaContext>({
    graphqlEndpoint: config.listen.path,
    plugins: [createPipelinePlugin(pipeline, config)],
    batching: { limit: config.limits.batch },
    logging: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    maxRequestBodySize: false,
    extraParamNames: ['documentId'],
    parserAndValidationCache: false,
  });

  const track = (visit: Visit, run: () => Promise<Response>): Promise<Response> =>
    telemetry.withRequest(visit.client.headers, visit.client.id, async () => {
      const startedAt = performance.now();
      const response = await run();
      addHeaders(response, visit.headers);
      telemetry.requestEnded({
        requestId: visit.client.id,
        operationName: visit.operation?.name,
        operationKind: visit.operation?.kind,
        operationHash: visit.operation?.hash,
        status: response.status,
        errorCodes: visit.errorCodes,
        durationMs: performance.now() - startedAt,
      });
      return response;
    });

  return {
    fetch(request) {
      const visit = createVisit(edge, { headers: new Map(request.headers), id: randomUUID(), left: request.signal });
      return track(visit, async () => await yoga.fetch(request, { visit }));
    },
    answer(request, response, requestId) {
      const visit = createVisit(edge, {
        headers: readHeaders(request),
        id: requestId,
        source: request,
        left: leftSignal(response),
      });
      return track(visit, async () => await yoga.handleNodeRequestAndResponse(request, response, { visit }));
    },
    addressOf: edge.addressOf,
    noteRefusal: ({ code, status }, requestId) =>
      telemetry.requestEnded({ ...unknownOperation, requestId, status, errorCodes: [code], durationMs: 0 }),
    use(supergraph) {
      void current.swap(createGeneration(supergraph, { config, telemetry, limitStore }));
      telemetry.supergraphSwapped(supergraph.fingerprint, supergraph.subgraphs.length);
    },
    isReady: () => current.contents !== undefined,
    open: edge.open,
    async close() {
      await current.swap(undefined);
      await edge.close();
    },
  };
}

/** The one plugin: it takes reading the request, and everything from its parameters to its answer, out of Yoga's hands. */
function createPipelinePlugin(pipeline: Pipeline, config: Config): Plugin<object, YogaContext> {
  const refuse = (error: unknown, visit: Visit): Refusal => {
    const refusal = toRefusal(error, pipeline.telemetry.log, visit.client.id);
    noteErrors(visit, refusal.errors);
    return refusal;
  };
  return {
    onRequestParse({ request, serverContext: { visit }, setRequestParser }) {
      setRequestParser(async () => {
        try {
          assertAcceptable(visit.accepted);
          const params = await readParams(request, visit.source, config.limits);
          return Array.isArray(params) ? params.map(toYogaParams) : toYogaParams(params as OperationParams);
        } catch (error) {
          return toRefusedResponse(refuse(error, visit), toRefusalType(visit.client.headers.get('accept')));
        }
      });
    },
    onParams({ setParamsHandler }) {
      setParamsHandler(async ({ params, request, context: { visit } }) => {
        try {
          const answer = await answerOperation(pipeline, toOperationRequest(params, request, visit));
          if ('errors' in answer) noteErrors(visit, answer.errors);
          return answer;
        } catch (error) {
          return toRefusedResult(refuse(error, visit));
        }
      });
    },
  };
}

/** Yoga refuses parameters without a text, but a document may be known by its hash. */
function toYogaParams({ query = '', ...rest }: OperationParams): GraphQLParams {
  // Its type has no members that are there and undefined.
  return { query, ...rest } as GraphQLParams;
}

interface Arrival {
  readonly headers: ReadonlyMap<string, string>;
  readonly id: string;
  readonly source?: IncomingMessage;
  readonly left: AbortSignal;
}

function createVisit(edge: Edge, { headers, id, source, left }: Arrival): Visit {
  const responseHeaders = new ResponseHeaders();
  return {
    client: { id, headers, onSubgraphHeaders: (_subgraph, brought) => responseHeaders.add(brought) },
    visitor: edge.receive(headers, source),
    headers: responseHeaders,
    source,
    left,
    accepted: readAccepted(headers.get('accept')),
    operation: undefined,
    errorCodes: [],
  };
}

function toOperationRequest(params: OperationParams, request: Request, visit: Visit): OperationRequest {
  return {
    params: params.query === '' ? { ...params, query: undefined } : params,
    method: request.method === 'GET' ? 'GET' : 'POST',
    acceptsStream: visit.accepted.stream,
    visitor: visit.visitor,
    client: visit.client,
    left: visit.left,
    onOperation: (operation) => {
      visit.operation = operation;
    },
    onHeaders: (headers) => visit.headers.add(headers),
  };
}

/** Keeps the codes of an answer's errors for telemetry. */
function noteErrors(visit: Visit, errors: readonly Pick<GraphQLFormattedError, 'extensions'>[] | undefined): void {
  for (const error of errors ?? []) visit.errorCodes.push(String(error.extensions?.['code']));
}

function addHeaders(response: Response, headers: ResponseHeaders): void {
  for (const [name, value] of headers.all) {
    if (typeof value === 'string') response.headers.set(name, value);
    else for (const one of value) response.headers.append(name, one);
  }
}

function readHeaders(request: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

/** Aborted when the connection closes before the answer was written. */
function leftSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
