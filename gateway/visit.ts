import type { IncomingMessage } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import type { Edge, RequestSource, Visitor } from './edge.ts';
import { type Accepted, readAccepted } from './http/accept.ts';
import type { Identity } from './identity/identity.ts';
import type { Operation } from './operation/operation.ts';
import { StageTimes } from './telemetry/stage-times.ts';
import { ResponseHeaders } from './transport/response-headers.ts';
import type { ClientRequest } from './transport/send.ts';

/** What one HTTP request is to the gateway, from its first byte to its last. */
export interface Visit {
  /** Gets its trace when that begins. */
  readonly client: ClientRequest & { trace: ClientRequest['trace'] };
  readonly visitor: Visitor;
  readonly source: IncomingMessage | undefined;
  readonly left: AbortSignal | undefined;
  readonly accepted: Accepted;
  /** What subgraph answers and policies bring for the client. */
  readonly headers: ResponseHeaders;
  /** Whether it brought several operations, which are answered in one body. */
  isBatch: boolean;
  operation: Operation | undefined;
  identity: Identity | undefined;
  /** Of all its operations; `undefined` where costs are not worked out. */
  cost: number | undefined;
  /** The largest share of a quota that was used, of 0 to 1; `undefined` where no quota counts. */
  quotaShare: number | undefined;
  readonly errorCodes: string[];
  /** With what code it was refused, not answered; of several operations, the last that was. */
  refusedCode: string | undefined;
  /** See `RequestUnderWay`. */
  place: number;
}

/** How a request comes in. */
interface Arrival {
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly id: string;
  readonly source?: IncomingMessage;
  /** The connection, where it is no request that is read from it. */
  readonly connection?: RequestSource;
  readonly left: AbortSignal;
  /** Default: what the headers say. */
  readonly accepted?: Accepted;
}

/** Begins a visit. */
export function createVisit(
  edge: Pick<Edge, 'receive'>,
  { headers, id, source, connection = source, left, accepted = readAccepted(headers.get('accept')) }: Arrival,
): Visit {
  const responseHeaders = new ResponseHeaders();
  return {
    client: {
      id,
      headers,
      trace: undefined,
      stages: new StageTimes(),
      onSubgraphHeaders: (_subgraph, brought) => responseHeaders.add(brought),
      hangUp: () => connection?.socket.destroy(),
    },
    visitor: edge.receive(headers, connection),
    headers: responseHeaders,
    source,
    left,
    accepted,
    isBatch: false,
    operation: undefined,
    identity: undefined,
    cost: undefined,
    quotaShare: undefined,
    errorCodes: [],
    refusedCode: undefined,
    place: 0,
  };
}

/** Keeps the codes of an answer's errors for telemetry. */
export function noteErrors(
  visit: Visit,
  errors: readonly Pick<GraphQLFormattedError, 'extensions'>[] | undefined,
): void {
  for (const error of errors ?? []) visit.errorCodes.push(String(error.extensions?.['code']));
}
