import type { HealthConfig } from '../../config/endpoints.ts';
import { readBounded } from '../../lib/read-bounded.ts';
import type { Endpoint } from './endpoint.ts';

/** What kind of service is probed, when nothing says how. */
export type ServiceKind = 'graphql' | 'rest';

/** Asks an endpoint whether it is well; resolves, or rejects with an Error that says why it is not. */
export type Probe = (endpoint: Endpoint) => Promise<void>;

/** An answer to a probe is a few bytes. */
const answerMaxBytes = 64 * 1024;

/** A probe over the connections that calls use, so that what keeps those from an answer is seen. */
export function createProbe({ path, timeout }: HealthConfig, kind: ServiceKind): Probe {
  const isQuery = path === undefined && kind === 'graphql';
  const headers = isQuery
    ? { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' }
    : { accept: '*/*' };
  const body = isQuery ? '{"query":"{__typename}"}' : null;
  return async (endpoint) => {
    const signal = AbortSignal.timeout(timeout);
    const answer = await endpoint.dispatcher.request({
      origin: endpoint.url.origin,
      method: isQuery ? 'POST' : 'GET',
      path: path ?? endpoint.pathOf(''),
      headers,
      body,
      signal,
    });
    const { statusCode, body: answered } = answer;
    // Where the status says all, a page may be as long as it likes: the rest of it is not read.
    const text = isQuery
      ? await readBounded(answered, answerMaxBytes)
      : await answered.dump({ limit: answerMaxBytes, signal });
    // A base URL need not be anything itself.
    const isGood = path === undefined && kind === 'rest' ? statusCode < 500 : statusCode >= 200 && statusCode < 300;
    if (!isGood) throw new Error(`It answered with the status ${statusCode}.`);
    if (isQuery && typeof JSON.parse(text ?? '')?.data?.__typename !== 'string') {
      throw new Error('It did not answer { __typename }.');
    }
  };
}
