import type { HttpAnswer } from './answer-reader.ts';
import { type CheckOptions, checkResult } from './check-result.ts';
import { withText } from './result-text.ts';
import type { FetchResult } from './send.ts';
import { subgraphFault } from './subgraph-fault.ts';

/**
 * The GraphQL result in an HTTP answer. The body decides, whatever the content type says: services send results with
 * statuses other than 200 too, and proxies send pages as `application/json`.
 * @throws GatewayError `SUBGRAPH_INVALID_RESPONSE`, or `SUBGRAPH_HTTP_ERROR` when the status says already that there is no result.
 */
export function readGraphqlAnswer(answer: HttpAnswer, options: CheckOptions): FetchResult {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return parseResult(body, options);
  if (status < 400) throw httpError(new Error('Redirects are not followed.'), answer, options);
  let result: FetchResult;
  try {
    result = parseResult(body, options);
  } catch (error) {
    throw httpError(error, answer, options);
  }
  // A service that fails says so in GraphQL's words too; what counts is that it failed.
  if (status >= 500 && !result.data) throw httpError(new Error('The service failed.'), answer, options);
  return result;
}

function httpError(cause: unknown, { status, headers }: HttpAnswer, { subgraph }: CheckOptions) {
  return subgraphFault('SUBGRAPH_HTTP_ERROR', subgraph, cause, { status, retryAfter: headers['retry-after'] });
}

/**
 * The GraphQL result that a text is.
 * @throws GatewayError `SUBGRAPH_INVALID_RESPONSE`
 */
export function parseResult(text: Buffer | string, options: CheckOptions): FetchResult {
  const json = text.toString();
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // A SyntaxError quotes the text, which may hold personal data: it stays out of the log.
    throw subgraphFault('SUBGRAPH_INVALID_RESPONSE', options.subgraph, new Error('The body is not JSON.'));
  }
  return withText(checkResult(value, options), json);
}
