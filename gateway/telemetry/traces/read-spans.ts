import type { RequestFacts } from '../telemetry.ts';
import type { RecordedSpan } from './recorded-span.ts';
import type { RecordedTrace } from './recorded-trace.ts';
import type { SpanValue } from './span.ts';

/** The spans of a request that has ended, with what is known of it. */
export function readSpans(trace: RecordedTrace): readonly RecordedSpan[] {
  const { root, facts } = trace;
  if (facts !== undefined) {
    const { operationKind, status, errorCodes } = facts;
    for (const [name, value] of Object.entries(describe(trace, facts))) if (value !== undefined) root.set(name, value);
    root.name = operationKind ?? root.name;
    if (status >= 500) root.failure ??= { type: errorCodes[0] ?? String(status), isFault: true };
  }
  return trace.read();
}

/** Neither the document nor variables: both may hold what is nobody's business. */
function describe(
  { isOnDemand }: RecordedTrace,
  { request, operationKind, operationName, operationHash, status, errorCodes, client }: RequestFacts,
): Readonly<Record<string, SpanValue | undefined>> {
  const { method = 'POST', url } = request?.source ?? {};
  return {
    'http.request.method': method,
    'url.path': url?.split('?', 1)[0],
    'http.response.status_code': status,
    'graphql.operation.type': operationKind,
    'graphql.operation.name': operationName,
    'graphql.document.hash': operationHash,
    'overlock.request.id': request?.client.id,
    'overlock.client.name': client.name,
    'overlock.client.version': client.version,
    'overlock.error.codes': errorCodes.length > 0 ? [...new Set(errorCodes)].slice(0, 20) : undefined,
    'overlock.trace.on_demand': isOnDemand ? true : undefined,
  };
}
