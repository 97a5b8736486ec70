import { GatewayError } from '../errors.ts';
import type { FetchFacts } from '../telemetry/telemetry.ts';
import { thrownNothing } from '../telemetry/thrown-nothing.ts';
import type { Span } from '../telemetry/traces/span.ts';
import type { Call, OutgoingRequest } from './call.ts';
import type { FetchTelemetry, Upstream } from './upstream.ts';

/** Runs a call inside a client span, sends the trace context along and reports how it went. */
export function withTelemetry<Request extends OutgoingRequest, Answer>(
  call: Call<Request, Answer>,
  { subgraph, telemetry }: Pick<Upstream, 'subgraph' | 'telemetry'>,
): Call<Request, Answer> {
  return (request, cancellation) => {
    const { kind, requestId, span: parent } = request;
    const span = telemetry.fetchBegan(subgraph, kind, parent);
    const traced = span === undefined ? request : withTrace(request, span);
    const facts = { subgraph, operationKind: kind, requestId, deduped: false };
    return reportFetch(telemetry, facts, () => call(traced, cancellation), span);
  };
}

/** Reports how long `run` took and how it ended, and ends its span so. */
export async function reportFetch<Answer>(
  telemetry: FetchTelemetry,
  { subgraph, operationKind, requestId, deduped }: Omit<FetchFacts, 'errorCode' | 'durationMs'>,
  run: () => Promise<Answer>,
  span?: Span,
): Promise<Answer> {
  const startedMs = performance.now();
  let errorCode: string | undefined;
  try {
    return await run();
  } catch (error) {
    errorCode = error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR';
    span?.end(error ?? thrownNothing());
    throw error;
  } finally {
    span?.end();
    const durationMs = performance.now() - startedMs;
    telemetry.fetchEnded({ subgraph, operationKind, requestId, deduped, errorCode, durationMs });
  }
}

/** The trace context goes instead of one that header rules pass on, not beside it. */
function withTrace<Request extends OutgoingRequest>(request: Request, span: Span): Request {
  const added = span.headers();
  const headers: string[] = [];
  for (let index = 0; index + 1 < request.headers.length; index += 2) {
    const name = request.headers[index] ?? '';
    if (!Object.hasOwn(added, name)) headers.push(name, request.headers[index + 1] ?? '');
  }
  for (const name in added) headers.push(name, added[name] ?? '');
  return { ...request, headers, span };
}
