import { IncomingMessage } from 'node:http';
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
 * @throws GatewayError whatever is wrong with it; nothing else
 */
export async function readParams(
  request: Request | IncomingMessage,
  limits: ParamsLimits & Pick<LimitsConfig, 'bodyBytes'>,
): Promise<OperationParams | readonly OperationParams[]> {
  const head = toRequestHead(request);
  if (head.method === 'GET') return parseSearch(request.url ?? '', limits);
  if (head.method !== 'POST') {
    throw new GatewayError('METHOD_NOT_ALLOWED', 'Send GraphQL by GET or POST.', { headers: { allow: 'GET, POST' } });
  }
  if (!isJsonType(head.header('content-type'))) throw notJson();
  return parseParams(await readBody(toBodySource(request), head, limits.bodyBytes), limits);
}

/** Whether several operations were sent. */
export function isBatch(params: OperationParams | readonly OperationParams[]): params is readonly OperationParams[] {
  return Array.isArray(params);
}

/** Whether a body is JSON in UTF-8. Nothing else is taken: no browser sends that to a foreign site without asking first. */
export function isJsonType(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  const { essence, charset = 'utf-8' } = parseMediaType(contentType ?? '') ?? {};
  return essence === 'application/json' && (charset === 'utf-8' || charset === 'utf8');
}

function notJson(): GatewayError {
  return new GatewayError(
    'UNSUPPORTED_MEDIA_TYPE',
    'The body must be JSON in UTF-8. Send it with "Content-Type: application/json".',
    { headers: { 'accept-post': 'application/json; charset=utf-8' } },
  );
}

function toBodySource(request: Request | IncomingMessage) {
  return request instanceof IncomingMessage ? request : request.body;
}
