import type { LimitsConfig } from '../config/limits.ts';
import { GatewayError } from '../errors.ts';
import type { OperationParams } from '../operation/operation.ts';
import { parseJson, toParams } from './parse-params.ts';

const names: ReadonlySet<string> = new Set(['query', 'documentId', 'operationName', 'variables', 'extensions']);

/**
 * The operation of a GET request's URL (https://graphql.github.io/graphql-over-http/draft/#sec-GET).
 * @throws GatewayError `BAD_REQUEST`
 */
export function parseSearch(url: string, limits: Pick<LimitsConfig, 'jsonDepth'>): OperationParams {
  const found = new Map<string, string>();
  const start = url.indexOf('?');
  for (const part of start === -1 ? [] : url.slice(start + 1).split('&')) {
    const [name = '', ...value] = part.split('=');
    const key = decode(name);
    if (!names.has(key)) continue;
    if (found.has(key)) throw new GatewayError('BAD_REQUEST', `The URL parameter "${key}" is there twice.`);
    found.set(key, decode(value.join('=')));
  }
  const json = (name: 'variables' | 'extensions') => {
    const text = found.get(name) ?? '';
    return text === '' ? undefined : parseJson(text, `URL parameter "${name}"`, limits);
  };
  const params = {
    query: found.get('query') || undefined,
    documentId: found.get('documentId') || undefined,
    operationName: found.get('operationName') || undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  };
  return toParams(params, ' of the URL');
}

/** Strict, where URLSearchParams would put a replacement character for what is no UTF-8. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new GatewayError('BAD_REQUEST', 'The URL is not valid: a percent sign must begin a UTF-8 byte in hex.', {
      cause,
    });
  }
}
