import type { LimitsConfig } from '../config/limits.ts';
import { GatewayError } from '../errors.ts';
import type { OperationParams } from '../operation/operation.ts';
import { isJsonDeeperThan } from './json-depth.ts';

export type ParamsLimits = Pick<LimitsConfig, 'jsonDepth' | 'batch'>;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The operations of a JSON body: one, or several where batches are on
 * (https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters).
 * @throws GatewayError `BAD_REQUEST`
 */
export function parseParams(text: string, limits: ParamsLimits): OperationParams | readonly OperationParams[] {
  if (text === '') throw bad('The body is empty. Send a JSON object with a "query".');
  const body = parseJson(text, 'body', limits);
  if (!Array.isArray(body)) return toParams(body, '');
  if (limits.batch === 0) throw bad('Batches are off here. Send each operation as a request of its own.');
  if (body.length === 0) throw bad('The batch is empty. Send at least one operation.');
  if (body.length > limits.batch) {
    throw bad(`A batch may hold ${limits.batch} operations, not ${body.length}. Send them in several requests.`);
  }
  return body.map((member, index) => toParams(member, ` of operation ${index + 1} of the batch`));
}

/**
 * A JSON text whose nesting is bounded; `name` says in the error which text it is.
 * @throws GatewayError `BAD_REQUEST`
 */
export function parseJson(text: string, name: string, limits: Pick<LimitsConfig, 'jsonDepth'>): unknown {
  if (isJsonDeeperThan(text, limits.jsonDepth)) {
    throw bad(`The JSON of the ${name} is nested deeper than ${limits.jsonDepth} levels.`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bad(`The ${name} is not valid JSON.`, cause);
  }
}

/**
 * The parameters of one operation, their types checked; `where` continues the error's "The parameters".
 * @throws GatewayError `BAD_REQUEST`
 */
export function toParams(value: unknown, where: string): OperationParams {
  if (!isObject(value)) throw bad(`The parameters${where} must be a JSON object, not ${nameOf(value)}.`);
  const params = {
    query: textOf(value, 'query', where),
    documentId: textOf(value, 'documentId', where),
    operationName: textOf(value, 'operationName', where),
    variables: objectOf(value, 'variables', where),
    extensions: objectOf(value, 'extensions', where),
  };
  const named = params.documentId ?? params.extensions?.['persistedQuery'] ?? undefined;
  if (params.query === undefined && named === undefined) {
    throw bad(`The parameter "query"${where} is missing. Send the text of a GraphQL document in it.`);
  }
  return params;
}

function textOf(params: JsonObject, name: keyof OperationParams, where: string): string | undefined {
  const value = params[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw bad(`The parameter "${name}"${where} must be a string, not ${nameOf(value)}.`);
}

function objectOf(params: JsonObject, name: keyof OperationParams, where: string): JsonObject | undefined {
  const value = params[name] ?? undefined;
  if (value === undefined || isObject(value)) return value;
  throw bad(`The parameter "${name}"${where} must be a JSON object, not ${nameOf(value)}.`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function bad(message: string, cause?: unknown): GatewayError {
  return new GatewayError('BAD_REQUEST', message, { cause });
}
