import { StageTimes } from '../../../gateway/telemetry/stage-times.ts';
import type { RequestFacts, RequestUnderWay, Telemetry } from '../../../gateway/telemetry/telemetry.ts';
import type { RequestTrace, Span } from '../../../gateway/telemetry/traces/span.ts';
import { reportFetch } from '../../../gateway/transport/with-telemetry.ts';
import { toRequestFacts } from '../../support/request-facts.ts';

/** What is told of a request that went well. */
export const facts = toRequestFacts();

/** A request as it comes in; its trace is put in when it begins. */
export function toRequest(
  headers: Readonly<Record<string, string>>,
  {
    id = 'r1',
    client = {},
    ip = '192.0.2.7',
  }: { id?: string; client?: Partial<RequestFacts['client']>; ip?: string } = {},
): { client: RequestUnderWay['client']; readonly [key: string]: unknown } & RequestUnderWay {
  return {
    client: { id, headers: new Map(Object.entries(headers)), stages: new StageTimes() },
    visitor: { client: { name: undefined, version: undefined, ...client }, ip },
    operation: { name: 'Shop', hash: 'abc' },
    source: { method: 'POST', url: '/graphql?token=hunter2' },
  };
}

/** Runs a request, with its trace. */
export async function withRequest<T>(
  telemetry: Telemetry,
  request: ReturnType<typeof toRequest>,
  run: (trace: RequestTrace | undefined) => Promise<T>,
): Promise<T> {
  const trace = telemetry.requestBegan(request, performance.now());
  request.client = { ...request.client, trace };
  let failure: unknown;
  try {
    return await run(trace);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    telemetry.requestLeft(request, failure);
  }
}

/** Fetches something as transports do; `run` gets the headers that the subgraph gets. */
export function withFetch<T>(
  telemetry: Telemetry,
  subgraph: string,
  run: (headers: Readonly<Record<string, string>>) => Promise<T>,
  parent: Span | undefined,
): Promise<T> {
  const span = telemetry.fetchBegan(subgraph, 'query', parent);
  const facts = { subgraph, operationKind: 'query', deduped: false } as const;
  return reportFetch(telemetry, facts, () => run(span?.headers() ?? {}), span);
}

/** A request with a stage and a fetch in it; resolves to the headers that the subgraph gets. */
export function runRequest(
  telemetry: Telemetry,
  headers: Readonly<Record<string, string>> = {},
  ended: Partial<RequestFacts> = {},
  during: (trace: RequestTrace | undefined) => void = () => {},
): Promise<Readonly<Record<string, string>>> {
  const request = toRequest(headers, { client: ended.client ?? {} });
  return withRequest(telemetry, request, async (trace) => {
    const fetch = () => withFetch(telemetry, 'products', async (traceHeaders) => ({ ...traceHeaders }), trace);
    const sent = await telemetry.withStage('executePlan', fetch, request.client.stages);
    during(trace);
    telemetry.log.info('Inside of a request.', { requestId: 'r1' });
    telemetry.requestEnded({ ...facts, ...ended, request });
    return sent;
  });
}
