import type { LimitsConfig } from '../config/limits.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import type { DocumentMeasure } from './measure-document.ts';

/** The standard introspection query needs one; each further level multiplies the answer by the number of types. */
const introspectionListsMax = 2;

/**
 * Refuses a document that asks for more than the limits allow: each operation for itself, selections together because
 * validation walks all of them.
 *
 * @throws GatewayError INTROSPECTION_DISABLED, MAX_DEPTH_LIMIT, MAX_ALIASES_LIMIT, MAX_ROOT_FIELDS_LIMIT, MAX_SELECTIONS_LIMIT,
 * MAX_INPUT_DEPTH_LIMIT or MAX_LIST_LENGTH_LIMIT.
 */
export function assertWithinLimits(measure: DocumentMeasure, limits: LimitsConfig, introspection: boolean): void {
  if (measure.introspects && !introspection) {
    throw new GatewayError(
      'INTROSPECTION_DISABLED',
      'The schema cannot be asked for here. Leave __schema and __type out, and take the schema from where it is published.',
    );
  }
  if (measure.introspectionLists > introspectionListsMax) {
    throw new GatewayError(
      'MAX_DEPTH_LIMIT',
      `Introspection nests lists deeper than ${introspectionListsMax}. Ask for types by __type instead.`,
    );
  }
  let selections = 0;
  for (const operation of measure.operations.values()) {
    atMost(limits.depth, operation.depth, 'MAX_DEPTH_LIMIT', 'Fields are nested deeper than');
    atMost(limits.aliases, operation.aliases, 'MAX_ALIASES_LIMIT', 'There are more aliases than');
    atMost(limits.rootFields, operation.rootFields, 'MAX_ROOT_FIELDS_LIMIT', 'There are more root fields than');
    selections += operation.fields;
  }
  const { depth, listLength } = measure.values;
  atMost(limits.inputDepth, depth, 'MAX_INPUT_DEPTH_LIMIT', 'An argument nests lists and input objects deeper than');
  atMost(limits.listLength, listLength, 'MAX_LIST_LENGTH_LIMIT', 'An argument has a list of more values than');
  atMost(limits.selections, selections, 'MAX_SELECTIONS_LIMIT', 'With fragments followed, there are more fields than');
}

function atMost(limit: number, count: number, code: ErrorCode, complaint: string): void {
  if (count <= limit) return;
  throw new GatewayError(code, `${complaint} ${limit}. Ask for less at once, or split the operation.`);
}
