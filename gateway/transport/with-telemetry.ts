import { GatewayError } from '../errors.ts';
import type { FetchFacts } from '../telemetry/telemetry.ts';
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
    return reportFetch(telemetry, { subgraph, operationKind: kind, requestId, deduped: false }, () =>
      telemetry.withFetch(
        subgraph,
        kind,
        (traceHeaders, span) => call(withTrace(request, traceHeaders, span), cancellation),
        parent,
      ),
    );
  };
}

/** Reports how long `run` took and how it ended. */
export async function reportFetch<Answer>(
  telemetry: FetchTelemetry,
  facts: Omit<FetchFacts, 'errorCode' | 'durationMs'>,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const startedMs = performance.now();
  let errorCode: string | undefined;
  try {
    return await run();
  } catch (error) {
    errorCode = error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR';
    throw error;
  } finally {
    telemetry.fetchEnded({ ...facts, errorCode, durationMs: performance.now() - startedMs });
  }
}

/** The trace context goes instead of one that header rules pass on, not beside it. */
function withTrace<Request extends OutgoingRequest>(
  request: Request,
  traceHeaders: Readonly<Record<string, string>>,
  span: Span | undefined,
): Request {
  const added = Object.entries(traceHeaders);
  if (added.length === 0) return request;
  const headers: string[] = [];
  for (let index = 0; index + 1 < request.headers.length; index += 2) {
    const name = request.headers[index] ?? '';
    if (!Object.hasOwn(traceHeaders, name)) headers.push(name, request.headers[index + 1] ?? '');
  }
  headers.push(...added.flat());
  return { ...request, headers, span };
}
