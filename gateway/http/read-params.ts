import type { IncomingMessage } from 'node:http';
import type { LimitsConfig } from '../config/limits.ts';
import { GatewayError } from '../errors.ts';
import type { OperationParams } from '../operation/operation.ts';
import { parseMediaType } from './media-type.ts';
import { type ParamsLimits, parseParams } from './parse-params.ts';
import { parseSearch } from './parse-search.ts';
import { readBody } from './read-body.ts';
import { toRequestHead } from './request-head.ts';

/**
 * What a client sent, by GET or as a JSON body by POST (https://graphql.github.io/graphql-over-http/draft/#sec-Request).
 * Where the request came in on node:http, `source` is read instead of `request`, which is cheaper.
 * @throws GatewayError whatever is wrong with it; nothing else
 */
export async function readParams(
  request: Request,
  source: IncomingMessage | undefined,
  limits: ParamsLimits & Pick<LimitsConfig, 'bodyBytes'>,
): Promise<OperationParams | readonly OperationParams[]> {
  const head = toRequestHead(source ?? request);
  if (head.method === 'GET') return parseSearch(source?.url ?? request.url, limits);
  if (head.method !== 'POST') {
    throw new GatewayError('METHOD_NOT_ALLOWED', 'Send GraphQL by GET or POST.', { headers: { allow: 'GET, POST' } });
  }
  assertJson(head.header('content-type'));
  return parseParams(await readBody(source ?? request.body, head, limits.bodyBytes), limits);
}

/**
 * Bodies are JSON in UTF-8 and nothing else: no browser sends that to a foreign site without asking first.
 * @throws GatewayError `UNSUPPORTED_MEDIA_TYPE`
 */
function assertJson(contentType: string | undefined): void {
  if (contentType === 'application/json') return;
  const { essence, charset = 'utf-8' } = parseMediaType(contentType ?? '') ?? {};
  if (essence === 'application/json' && (charset === 'utf-8' || charset === 'utf8')) return;
  throw new GatewayError(
    'UNSUPPORTED_MEDIA_TYPE',
    'The body must be JSON in UTF-8. Send it with "Content-Type: application/json".',
    { headers: { 'accept-post': 'application/json; charset=utf-8' } },
  );
}
