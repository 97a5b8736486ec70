import { getOperationAST, parse } from 'graphql';
import { headersSection } from '../../gateway/config/headers.ts';
import { trafficSection } from '../../gateway/config/traffic.ts';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import type { FetchFacts, Telemetry } from '../../gateway/telemetry/telemetry.ts';
import type { Span } from '../../gateway/telemetry/traces/span.ts';
import type { ClientRequest, FetchOperation, FetchRequest, Transport } from '../../gateway/transport/send.ts';
import { createTransports, type Transports } from '../../gateway/transport/transports.ts';
import type { Onward } from '../../gateway/transport/upstream.ts';
import type { SupergraphSubgraph } from '../../schema/supergraph/supergraph.ts';
import { type Behaviour, type FakeSubgraph, startFakeSubgraph } from './fake-subgraph.ts';

export interface HarnessOptions {
  /** Sections of the configuration as the file spells them. */
  readonly traffic?: unknown;
  readonly headers?: unknown;
  readonly telemetry?: Telemetry;
  readonly onward?: Onward;
  readonly sdl?: string;
  /** What kind of subgraph the fake server is; `federation` unless told. */
  readonly describe?: (url: string) => SupergraphSubgraph;
}

/** A fake subgraph and the transport that reaches it. */
export interface Harness {
  readonly subgraph: FakeSubgraph;
  readonly transport: Transport;
  readonly transports: Transports;
  readonly close: () => Promise<void>;
}

/** Starts a fake subgraph named `products` with a transport to it. */
export async function startHarness(behaviour: Behaviour, options: HarnessOptions = {}): Promise<Harness> {
  const subgraph = await startFakeSubgraph(behaviour);
  const describe = options.describe ?? ((url) => ({ kind: 'federation', name: 'products', url }));
  const transports = createTransports({
    supergraph: { sdl: options.sdl ?? '', subgraphs: [describe(subgraph.url)] },
    traffic: trafficSection.parse(options.traffic),
    headers: headersSection.parse(options.headers),
    onward: options.onward,
    telemetry: options.telemetry ?? noTelemetry,
  });
  return {
    subgraph,
    transports,
    transport: transports.of('products'),
    async close() {
      await Promise.all([transports.close(), subgraph.close()]);
    },
  };
}

export interface FetchOptions {
  readonly variables?: Record<string, unknown>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly identityHeaders?: NonNullable<ClientRequest['identityHeaders']>;
  readonly onSubgraphHeaders?: ClientRequest['onSubgraphHeaders'];
}

/** A fetch of the subgraph `products`. */
export function toFetch(text: string | FetchOperation, options: FetchOptions = {}): FetchRequest {
  return {
    subgraph: 'products',
    operation: typeof text === 'string' ? toOperation(text) : text,
    variables: options.variables,
    client: {
      id: 'request-1',
      headers: new Map(Object.entries(options.headers ?? {})),
      ...(options.identityHeaders && { identityHeaders: options.identityHeaders }),
      onSubgraphHeaders: options.onSubgraphHeaders,
    },
    signal: options.signal,
  };
}

/** An operation as a plan would hold it. */
export function toOperation(text: string): FetchOperation {
  const document = parse(text);
  const definition = getOperationAST(document);
  return { kind: definition?.operation ?? 'query', name: definition?.name?.value, document, text };
}

/** A span that gives nothing but headers. */
export function toSpan(headers: () => Readonly<Record<string, string>>): Span {
  const nothing = () => {};
  return { begin: () => toSpan(headers), set: nothing, note: nothing, end: nothing, headers };
}

/** Telemetry that keeps what fetches report and gives each a trace context. */
export function recordTelemetry(traceHeaders: Readonly<Record<string, string>> = {}) {
  const facts: FetchFacts[] = [];
  const telemetry: Telemetry = {
    ...noTelemetry,
    fetchBegan: () => toSpan(() => traceHeaders),
    fetchEnded: (fact) => facts.push(fact),
  };
  return { facts, telemetry };
}
