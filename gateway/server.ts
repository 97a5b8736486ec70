import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '../schema/supergraph/problem.ts';
import type { Supergraph } from '../schema/supergraph/supergraph.ts';
import type { Config } from './config/config.ts';
import { createEdge } from './edge.ts';
import type { GatewayError } from './errors.ts';
import { Generations } from './generations.ts';
import { type Begun, createHotLane, type HotLane } from './hot-lane.ts';
import { LoadGuard } from './http/load-guard.ts';
import { isReply, type Reply } from './http/reply.ts';
import { StopSignal } from './lib/stop-signal.ts';
import type { Pipeline, Streams } from './pipeline.ts';
import { SharedLimits } from './policy/rate-limit/shared-limits.ts';
import type { ReadUsage } from './policy/rate-limit/usage.ts';
import type { RecordStore } from './store/record-store.ts';
import { RecordTable } from './store/record-table.ts';
import type { Release } from './supergraph/sources/source.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { ResponseHeaders } from './transport/response-headers.ts';
import { createVisit, type Visit } from './visit.ts';
import { createYogaLane } from './yoga-lane.ts';

export interface GatewayOptions {
  readonly config: Config;
  readonly telemetry: Telemetry;
  /** The streams that clients read are kept here while they last, for who has to end them. */
  readonly streams: Streams;
  /** Keeps what operators say at run time when the store is the memory. Default: one of this gateway's own. */
  readonly memory?: RecordTable | undefined;
  /** What operators say, where another process keeps it. Default: this one does. */
  readonly records?: RecordStore | undefined;
  /** Keeps what is counted for limits. Default: one of this gateway's own. */
  readonly limits?: SharedLimits | undefined;
  /** Counts the streams that are open. Default: one of this gateway's own. */
  readonly load?: LoadGuard | undefined;
}

/** A gateway: it answers requests and never listens. */
export interface Gateway {
  /** Answers a Fetch request to the endpoint. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Answers a request of node:http to the endpoint; `requestId` names it in logs. */
  readonly answer: (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<Reply | Response>;
  /** The client's address, taken through trusted proxies only. */
  readonly addressOf: (request: IncomingMessage) => string | undefined;
  /** Counts a request that was refused before it came to `answer`. */
  readonly noteRefusal: (refusal: GatewayError, requestId: string) => void;
  /**
   * Runs new requests on this supergraph, once what clients use most is planned on it; those in flight end on theirs.
   * @throws Error when the supergraph cannot be run; the former one stays.
   */
  readonly use: (supergraph: Supergraph, release?: Release) => Promise<void>;
  /** What operators say at run time. */
  readonly records: RecordStore;
  /** Tells what is used of limits. */
  readonly readUsage: ReadUsage;
  /** Whether there is a supergraph to answer from. */
  readonly isReady: () => boolean;
  /** The public keys of what subgraphs are told, as JSON; `undefined` when there are none. */
  readonly jwks: () => string | undefined;
  /** Reads what has to be read before the first request; gives what stands in its way. */
  readonly open: () => Promise<readonly Problem[]>;
  /** Lets requests in flight end, then closes what they used. */
  readonly close: () => Promise<void>;
}

/** Leaves everything to Yoga. */
const withoutHotLane: HotLane = (_visit, handOver) => handOver();

const unknownOperation = { operationName: undefined, operationKind: undefined, operationHash: undefined } as const;

/** Builds a gateway; it refuses requests until `use` gave it a supergraph. */
export function createGateway(options: GatewayOptions): Gateway {
  const {
    config,
    telemetry,
    streams,
    memory = new RecordTable(Date.now),
    records,
    limits = new SharedLimits(),
    load = new LoadGuard(),
  } = options;
  const edge = createEdge(config, telemetry, { memory, records, limits });
  const generations = new Generations({ config, edge, telemetry });
  const pipeline: Pipeline = {
    rollout: generations.rollout,
    documents: edge.documents,
    telemetry,
    streams,
    openStream: () => load.openStream(config.listen),
    identityHeadersOf: edge.onward?.headersFor,
  };
  const yoga = createYogaLane(pipeline, config);
  const hotLane = config.listen.hotLane ? createHotLane(pipeline, config.limits) : withoutHotLane;

  const track = <Answered extends Reply | Response>(visit: Visit, run: () => Promise<Answered>) =>
    telemetry.withRequest(visit.client.headers, visit.client.id, async () => {
      const startedAt = performance.now();
      const response = withHeaders(await run(), visit.headers);
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
      const handOver = async (begun?: Begun) =>
        await yoga.handleNodeRequestAndResponse(request, response, { visit, begun });
      return track(visit, () => hotLane(visit, handOver));
    },
    addressOf: edge.addressOf,
    noteRefusal: ({ code, status }, requestId) =>
      telemetry.requestEnded({ ...unknownOperation, requestId, status, errorCodes: [code], durationMs: 0 }),
    use: (supergraph, release) => generations.use(supergraph, release),
    isReady: () => generations.rollout.stable !== undefined,
    jwks: () => edge.onward?.jwks(),
    records: edge.records,
    readUsage: edge.readUsage,
    open: () => generations.open().then(edge.open),
    async close() {
      await generations.close();
      await edge.close();
    },
  };
}

/** The same answer, with what subgraphs and policies bring for the client, which a reply has already. */
function withHeaders<Answered extends Reply | Response>(answered: Answered, { all }: ResponseHeaders): Answered {
  if (isReply(answered)) return answered;
  for (const [name, value] of all) {
    if (typeof value === 'string') answered.headers.set(name, value);
    else for (const one of value) answered.headers.append(name, one);
  }
  return answered;
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
  const left = new StopSignal();
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  return left;
}
