import type { IncomingMessage } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import type { Edge, Visitor } from './edge.ts';
import { type Accepted, readAccepted } from './http/accept.ts';
import type { Operation } from './operation/operation.ts';
import { ResponseHeaders } from './transport/response-headers.ts';
import type { ClientRequest } from './transport/send.ts';

/** What one HTTP request is to the gateway, from its first byte to its last. */
export interface Visit {
  readonly client: ClientRequest;
  readonly visitor: Visitor;
  readonly source: IncomingMessage | undefined;
  readonly left: AbortSignal | undefined;
  readonly accepted: Accepted;
  /** What subgraph answers and policies bring for the client. */
  readonly headers: ResponseHeaders;
  operation: Operation | undefined;
  readonly errorCodes: string[];
}

/** How a request comes in. */
interface Arrival {
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly id: string;
  readonly source?: IncomingMessage;
  readonly left: AbortSignal;
}

/** Begins a visit. */
export function createVisit(edge: Pick<Edge, 'receive'>, { headers, id, source, left }: Arrival): Visit {
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

/** Keeps the codes of an answer's errors for telemetry. */
export function noteErrors(
  visit: Visit,
  errors: readonly Pick<GraphQLFormattedError, 'extensions'>[] | undefined,
): void {
  for (const error of errors ?? []) visit.errorCodes.push(String(error.extensions?.['code']));
}
