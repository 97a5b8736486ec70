import { type GraphQLOutputType, isNonNullType, isScalarType } from 'graphql';
import { RestError } from '../rest-error.ts';
import { restLimits } from '../rest-limits.ts';
import { DirectiveError } from '../rest-problem.ts';
import { isBytesScalar } from '../sdl/create-scalar.ts';
import type { RestDirective } from '../sdl/read-directives.ts';
import { parseJson } from '../values/parse-json.ts';
import { readOwn } from '../values/source.ts';
import { toPlainJson } from '../values/to-plain-json.ts';
import type { Answer } from './answer.ts';

/**
 * Finds the value in an answer: `null` when there is none.
 *
 * @throws RestError `SUBGRAPH_HTTP_ERROR` for a status that is no success, `SUBGRAPH_INVALID_RESPONSE` for a body that cannot be read.
 */
export type AnswerReader = (answer: Answer) => unknown;

/**
 * Compiles how the answers of a `@rest` are read for a field of a type, or, without a type, for entities.
 *
 * @throws DirectiveError when `select` is not a dotted path.
 */
export function createAnswerReader(rest: RestDirective, type: GraphQLOutputType | undefined): AnswerReader {
  const path = rest.select === undefined ? [] : rest.select.split('.');
  if (path.includes(''))
    throw new DirectiveError(`select must be a dotted path such as "data.items", not "${rest.select}".`);
  const nullStatuses = new Set(rest.errors.null);
  const decode = decoderOf(rest.method, type, path);
  return (answer) => {
    if (nullStatuses.has(answer.status)) return null;
    if (!answer.isSuccess) throw httpError(answer, rest.errors);
    return decode(answer);
  };
}

function decoderOf(
  method: RestDirective['method'],
  type: GraphQLOutputType | undefined,
  path: readonly string[],
): AnswerReader {
  const nullable = type && isNonNullType(type) ? type.ofType : type;
  const scalar = nullable && isScalarType(nullable) && path.length === 0 ? nullable.name : '';
  if (scalar === 'Boolean') return method === 'GET' ? (answer) => answer.isEmpty || readJson(answer) : readDone;
  const decode = isBytesScalar(scalar) ? readBytes : scalar === 'String' || scalar === 'ID' ? readText : readJson;
  return (answer) => (answer.isEmpty ? null : select(decode(answer), path));
}

/** What a call that changes something says: a boolean when it answers one, else that it was accepted. */
function readDone(answer: Answer): unknown {
  try {
    const value = answer.isEmpty || answer.json();
    return typeof value === 'boolean' ? value : true;
  } catch {
    return true;
  }
}

function readBytes(answer: Answer): unknown {
  return answer.isDeclaredJson ? readJson(answer) : Buffer.from(answer.body).toString('base64');
}

function readText(answer: Answer): unknown {
  if (answer.isDeclaredJson) return readJson(answer);
  try {
    return answer.text();
  } catch (cause) {
    throw new RestError('SUBGRAPH_INVALID_RESPONSE', 'The subgraph answered text that is not UTF-8.', {
      cause,
      extensions: { status: answer.status },
    });
  }
}

function readJson(answer: Answer): unknown {
  try {
    return answer.json();
  } catch (cause) {
    throw new RestError('SUBGRAPH_INVALID_RESPONSE', 'The subgraph answered something that is not JSON.', {
      cause,
      extensions: { status: answer.status },
    });
  }
}

function select(body: unknown, path: readonly string[]): unknown {
  let value = body;
  for (const name of path) {
    if (value === null) return null;
    value = Array.isArray(value) && /^\d{1,6}$/.test(name) ? (value[Number(name)] ?? null) : readOwn(value, name);
    if (value === undefined) {
      throw new RestError('SUBGRAPH_INVALID_RESPONSE', 'The subgraph answered JSON without the selected part.');
    }
  }
  return value;
}

function httpError(answer: Answer, errors: RestDirective['errors']): RestError {
  const message = errors.message ?? `The subgraph answered with HTTP status ${answer.status}.`;
  const body = errors.exposeBody ? { body: exposedBody(answer) } : undefined;
  return new RestError('SUBGRAPH_HTTP_ERROR', message, { extensions: { status: answer.status, ...body } });
}

function exposedBody(answer: Answer): unknown {
  const text = new TextDecoder().decode(answer.body.subarray(0, restLimits.exposedBodyBytes));
  if (answer.body.length > restLimits.exposedBodyBytes || !answer.isDeclaredJson) return text;
  try {
    return toPlainJson(parseJson(text));
  } catch {
    return text;
  }
}
