import { Dispatcher } from 'undici';
import type { Answered, OutgoingRequest } from '../../../../gateway/transport/call.ts';
import { Cancellation } from '../../../../gateway/transport/cancellation.ts';
import type { Endpoint } from '../../../../gateway/transport/endpoints/endpoint.ts';
import { subgraphFault } from '../../../../gateway/transport/subgraph-fault.ts';

export const query: OutgoingRequest = { kind: 'query', method: 'POST', path: '', headers: [], body: '{}' };
export const mutation: OutgoingRequest = { ...query, kind: 'mutation' };

export const good: Answered = { status: 200, headers: {} };
export const answer = (status: number, headers: Answered['headers'] = {}): Answered => ({ status, headers });

export const unreachable = () => subgraphFault('SUBGRAPH_UNREACHABLE', 'products', new Error('ECONNREFUSED'));
export const brokenOff = () =>
  subgraphFault('SUBGRAPH_INVALID_RESPONSE', 'products', new Error('other side closed'), { kind: 'connection' });
export const unreadable = () => subgraphFault('SUBGRAPH_INVALID_RESPONSE', 'products', new Error('no JSON'));
export const timedOut = () => subgraphFault('SUBGRAPH_TIMEOUT', 'products', new Error('late'));
export const httpError = (status: number, retryAfter?: string) =>
  subgraphFault('SUBGRAPH_HTTP_ERROR', 'products', new Error('status'), { status, retryAfter });

/** What a call comes to: an answer, an error, or nothing before it is told. */
export type Ending = Answered | Error;

interface FakeCall {
  readonly request: OutgoingRequest;
  readonly cancellation: Cancellation;
  readonly end: (ending: Ending) => void;
}

/** Calls that end as they are told: those with an ending at once, in turn, all others by hand or when they are cancelled. */
export function fakeCalls(...endings: readonly Ending[]) {
  const calls: FakeCall[] = [];
  const call = (request: OutgoingRequest, cancellation: Cancellation): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const end = (ending: Ending) => (ending instanceof Error ? reject(ending) : resolve(ending));
      const ending = endings[calls.length];
      calls.push({ request, cancellation, end });
      cancellation.onCancel(reject);
      if (ending !== undefined) end(ending);
    });
  return { call, calls };
}

export const fakeEndpoint = (name: string, inFlight = 0): Endpoint => ({
  name,
  url: new URL(`http://${name}.test/graphql`),
  group: undefined,
  zone: undefined,
  dispatcher: new Dispatcher(),
  streams: new Dispatcher(),
  pathOf: (path) => path,
  inFlight,
});

/** A cancellation with a deadline that is far away. */
export const wanted = (deadlineMs = 1_000_000): Cancellation => new Cancellation(deadlineMs);
