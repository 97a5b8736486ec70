import { GraphQLError } from 'graphql';
import { isRecord } from './is-record.ts';
import type { EntityList, FetchResult } from './send.ts';
import { subgraphFault } from './subgraph-fault.ts';

/** Most errors of one answer that are looked at; the rest is dropped. */
const errorsMost = 1_000;
/** Longest message of an error, in characters; the rest is dropped. */
const messageMost = 2_000;
/** Deepest nesting of an error's `extensions`, which are walked further down; deeper ones are dropped. */
const extensionsDepth = 32;

type Members = Readonly<Record<string, unknown>>;

export interface CheckOptions {
  readonly subgraph: string;
  /** The `_entities` that were asked for. */
  readonly entityLists: readonly EntityList[];
  readonly variables: Members | undefined;
}

/**
 * What a subgraph answered, when it is a GraphQL response (https://spec.graphql.org/October2021/#sec-Response-Format) with
 * as many entities as were asked for. What lies below is for the engine, which knows the schema, to check.
 * @throws GatewayError `SUBGRAPH_INVALID_RESPONSE`
 */
export function checkResult(value: unknown, options: CheckOptions): FetchResult {
  const refuse = (detail: string) => subgraphFault('SUBGRAPH_INVALID_RESPONSE', options.subgraph, new Error(detail));
  if (!isRecord(value)) throw refuse('The body is not a JSON object.');
  const { data, errors } = value;
  const hasErrors = errors !== undefined && errors !== null && !(Array.isArray(errors) && errors.length === 0);
  if (hasErrors && !isErrorList(errors)) throw refuse('"errors" is not a list of errors with messages.');
  if (!isRecord(data)) {
    if (data !== undefined && data !== null) throw refuse('"data" is not an object.');
    if (!hasErrors) throw refuse('There is neither "data" nor "errors".');
    return { data: null, errors: toErrors(errors) };
  }
  for (const list of options.entityLists) {
    if (!isListOf(options.variables?.[list.variable], data[list.key])) {
      throw refuse(`"${list.key}" has not one entity for each representation.`);
    }
  }
  return hasErrors ? { data, errors: toErrors(errors) } : { data };
}

/** A list that is `null` or left out brings no entity at all, and so none of another's. */
function isListOf(representations: unknown, entities: unknown): boolean {
  if (entities === null || entities === undefined) return true;
  return Array.isArray(entities) && Array.isArray(representations) && entities.length === representations.length;
}

function isErrorList(value: unknown): value is readonly (Members & { readonly message: string })[] {
  return Array.isArray(value) && value.every((error) => isRecord(error) && typeof error['message'] === 'string');
}

function toErrors(errors: readonly (Members & { readonly message: string })[]): readonly GraphQLError[] {
  return errors.slice(0, errorsMost).map(({ message, path, extensions }) => {
    return new GraphQLError(message.slice(0, messageMost), {
      path: isPath(path) ? path : null,
      extensions: isRecord(extensions) && isShallow(extensions, extensionsDepth) ? extensions : null,
    });
  });
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || Number.isInteger(step));
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((member) => isShallow(member, depth - 1));
}
