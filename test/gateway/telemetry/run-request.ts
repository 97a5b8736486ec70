import type { RequestFacts, RequestUnderWay, Telemetry } from '../../../gateway/telemetry/telemetry.ts';
import type { RequestTrace } from '../../../gateway/telemetry/traces/span.ts';
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
    client: { id, headers: new Map(Object.entries(headers)) },
    visitor: { client: { name: undefined, version: undefined, ...client }, ip },
    operation: { name: 'Shop', hash: 'abc' },
    source: { method: 'POST', url: '/graphql?token=hunter2' },
  };
}

/** A request with a stage and a fetch in it; resolves to the headers that the subgraph gets. */
export function runRequest(
  telemetry: Telemetry,
  headers: Readonly<Record<string, string>> = {},
  ended: Partial<RequestFacts> = {},
  during: (trace: RequestTrace | undefined) => void = () => {},
): Promise<Readonly<Record<string, string>>> {
  const request = toRequest(headers, { client: ended.client ?? {} });
  return telemetry.withRequest(request, async (trace) => {
    if (trace !== undefined) request.client = { ...request.client, trace };
    const fetch = () => telemetry.withFetch('products', 'query', async (traceHeaders) => ({ ...traceHeaders }), trace);
    const sent = await telemetry.withStage('executePlan', fetch, trace);
    during(trace);
    telemetry.log.info('Inside of a request.', { requestId: 'r1' });
    telemetry.requestEnded({ ...facts, ...ended, request });
    return sent;
  });
}
