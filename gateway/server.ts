import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '../schema/supergraph/problem.ts';
import type { Supergraph } from '../schema/supergraph/supergraph.ts';
import { askerOf } from './asker-of.ts';
import { createClientHeaders } from './cache/client-headers.ts';
import { SharedCaches } from './cache/store/shared-caches.ts';
import { type Canaries, createCanaries } from './canary/create-canaries.ts';
import type { GroupFigures } from './canary/group-tally.ts';
import type { Config } from './config/config.ts';
import { isRoutedByAsker } from './config/endpoints.ts';
import type { LookAtOperation } from './console/look-at-operation.ts';
import { createEdge, type Edge } from './edge.ts';
import type { GatewayError } from './errors.ts';
import type { HeavyLoad } from './execute/heavy-runs.ts';
import { createExplainLane } from './explain-lane.ts';
import { Generations } from './generations.ts';
import { type Begun, createHotLane, type HotLane } from './hot-lane.ts';
import { LoadGuard } from './http/load-guard.ts';
import { readHeaders } from './http/read-headers.ts';
import type { Reply } from './http/reply.ts';
import type { SocketLane } from './http/web-socket/socket-host.ts';
import { bytesOf } from './http/write-response.ts';
import { type IdempotencyMemory, MemoryIdempotencyStore } from './idempotency/memory-idempotency-store.ts';
import { identityKeyOf } from './identity/identity-digest.ts';
import { StopSignal } from './lib/stop-signal.ts';
import type { Pipeline, Streams } from './pipeline.ts';
import { SharedLimits } from './policy/rate-limit/shared-limits.ts';
import type { ReadUsage } from './policy/rate-limit/usage.ts';
import { createSocketLane } from './socket-lane.ts';
import type { RecordStore } from './store/record-store.ts';
import { RecordTable } from './store/record-table.ts';
import type { Release } from './supergraph/sources/source.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { createTrackVisit } from './track-visit.ts';
import { Backends } from './transport/backends.ts';
import type { ResponseHeaders } from './transport/response-headers.ts';
import { createMetering } from './usage/create-metering.ts';
import { Meter } from './usage/meter.ts';
import { createVisit } from './visit.ts';
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
  /** Keeps answers by Idempotency-Key when the store is the memory. Default: one of this gateway's own. */
  readonly idempotencyMemory?: IdempotencyMemory | undefined;
  /** Keeps what is counted for limits. Default: one of this gateway's own. */
  readonly limits?: SharedLimits | undefined;
  /** Keeps what was learned of subgraphs. Default: one of this gateway's own. */
  readonly backends?: Backends | undefined;
  /** Told how groups of endpoints do, where another process judges canaries. Default: this one does. */
  readonly onGroupFigures?: ((figures: readonly GroupFigures[]) => void) | undefined;
  /** Keeps answers. Default: one of this gateway's own. */
  readonly caches?: SharedCaches | undefined;
  /** Told of each request that ended, beside telemetry. */
  readonly onRequestEnded?: Telemetry['requestEnded'] | undefined;
  /** Counts what requests come to. Default: one of this gateway's own. */
  readonly meter?: Meter | undefined;
  /** Counts the streams that are open, and heavy runs. Default: one of this gateway's own. */
  readonly load?: LoadGuard | undefined;
}

/** A gateway: it answers requests and never listens. */
export interface Gateway {
  /** Answers a Fetch request to the endpoint. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Answers a request of node:http to the endpoint; `requestId` names it in logs. */
  readonly answer: (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<Reply | Response>;
  /** Answers a request of node:http that asks how an operation would be answered. */
  readonly explain: (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<Reply>;
  /** Answers operations that come over WebSockets. */
  readonly socketLane: SocketLane;
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
  /** Who looks after the canaries of subgraphs; `undefined` where another process does. */
  readonly canaries: Canaries['conductor'];
  /** Tells what is used of limits. */
  readonly readUsage: ReadUsage;
  /** Tells of an operation that clients sent, as it is run. */
  readonly lookAt: LookAtOperation;
  /** What is answered from; `undefined` before the first one. */
  readonly supergraph: () => Supergraph | undefined;
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

/** What is known of a request that was refused before its visit began. */
const unknownRequest = {
  operationName: undefined,
  operationKind: undefined,
  operationHash: undefined,
  client: { name: undefined, version: undefined },
  identity: undefined,
  cost: undefined,
  country: undefined,
  durationMs: 0,
  bytes: 0,
} as const;

/** Builds a gateway; it refuses requests until `use` gave it a supergraph. */
export function createGateway(options: GatewayOptions): Gateway {
  const {
    config,
    telemetry,
    memory = new RecordTable(Date.now),
    records,
    idempotencyMemory = new MemoryIdempotencyStore({ now: () => performance.now() }),
    limits = new SharedLimits(),
    caches = new SharedCaches(),
    backends = new Backends({ telemetry }),
    load = new LoadGuard(),
    meter = new Meter(Date.now),
  } = options;
  const edge = createEdge(config, telemetry, { memory, records, idempotencyMemory, limits, caches });
  const heavyLoad: HeavyLoad = {
    enter: (entry) => load.enterHeavy(config.listen, entry),
    leave: (bytes) => load.leaveHeavy(bytes),
  };
  const generations = new Generations({ config, edge, telemetry, backends, heavyLoad, meter });
  const canaries = createCanaries({ ...options, records: edge.records, backends });
  const pipeline = toPipeline(options, load, edge, generations);
  const yoga = createYogaLane(pipeline, config);
  const hotLane = config.listen.hotLane ? createHotLane(pipeline, config.limits) : withoutHotLane;

  const track = createTrackVisit(telemetry, [createMetering(meter, config.telemetry.usage), options.onRequestEnded]);
  const outcomeOf = (answered: Reply | Response) => ({ status: answered.status, bytes: bytesOf(answered) });
  const receive = (request: IncomingMessage, response: ServerResponse, id: string) =>
    createVisit(edge, { headers: readHeaders(request), id, source: request, left: leftSignal(response) });
  const socketLane = createSocketLane(pipeline, edge, track);
  const explainLane = createExplainLane(pipeline, config);
  // What did not run is no use of anything.
  const trackExplained = createTrackVisit(telemetry);

  return {
    fetch(request) {
      const visit = createVisit(edge, { headers: new Map(request.headers), id: randomUUID(), left: request.signal });
      return track(visit, async () => withHeaders(await yoga.fetch(request, { visit }), visit.headers), outcomeOf);
    },
    answer(request, response, requestId) {
      const visit = receive(request, response, requestId);
      const handOver = async (begun?: Begun) =>
        withHeaders(await yoga.handleNodeRequestAndResponse(request, response, { visit, begun }), visit.headers);
      return track(visit, () => hotLane(visit, handOver), outcomeOf);
    },
    explain(request, response, requestId) {
      const visit = receive(request, response, requestId);
      return trackExplained(visit, () => explainLane(visit, request), outcomeOf);
    },
    socketLane,
    addressOf: edge.addressOf,
    noteRefusal: ({ code, status }, requestId) =>
      telemetry.requestEnded({ ...unknownRequest, requestId, status, errorCodes: [code], refusedCode: code }),
    use: (supergraph, release) => generations.use(supergraph, release),
    lookAt: (hash) => generations.rollout.stable?.lookAt(hash),
    supergraph: () => generations.rollout.stable?.supergraph,
    isReady: () => generations.rollout.stable !== undefined,
    jwks: () => edge.onward?.jwks(),
    records: edge.records,
    canaries: canaries.conductor,
    readUsage: edge.readUsage,
    async open() {
      await generations.open();
      canaries.open();
      return await edge.open();
    },
    async close() {
      canaries.close();
      await generations.close();
      await edge.close();
    },
  };
}

function toPipeline(
  { config, telemetry, streams }: GatewayOptions,
  load: LoadGuard,
  edge: Edge,
  { rollout }: Generations,
): Pipeline {
  return {
    rollout,
    documents: edge.documents,
    telemetry,
    streams,
    openStream: () => load.openStream(config.listen),
    identityHeadersOf: edge.onward?.headersFor,
    identityKeyOf: config.cache.entity.enabled ? identityKeyOf : undefined,
    askerOf: isRoutedByAsker(config.traffic) ? askerOf : undefined,
    cacheHeaders: createClientHeaders(config),
  };
}

/** The same answer, with what subgraphs and policies bring for the client. */
function withHeaders(answered: Response, { all }: ResponseHeaders): Response {
  for (const [name, value] of all) {
    if (typeof value === 'string') answered.headers.set(name, value);
    else for (const one of value) answered.headers.append(name, one);
  }
  return answered;
}

/** Aborted when the connection closes before the answer was written. */
function leftSignal(response: ServerResponse): AbortSignal {
  const left = new StopSignal();
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  return left;
}
