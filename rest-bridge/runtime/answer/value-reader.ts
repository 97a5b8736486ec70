import {
  type GraphQLEnumType,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { RestError } from '../rest-error.ts';
import { restLimits } from '../rest-limits.ts';
import { isRecord } from '../values/is-record.ts';
import { Entity } from '../values/source.ts';

/** Turns what a backend answered for a field into what graphql-js completes; an `Error` in place of what does not fit. */
export type ValueReader = (value: unknown) => unknown;

/**
 * Compiles the reader of an output type.
 *
 * @param keyPropertyOf the backend's name of a type's only key field, for types that may be answered as their bare key
 */
export function createValueReader(
  type: GraphQLOutputType,
  keyPropertyOf: (type: GraphQLNamedOutputType) => string | undefined,
): ValueReader {
  if (isNonNullType(type)) return createValueReader(type.ofType, keyPropertyOf);
  if (isListType(type)) return listReader(createValueReader(type.ofType, keyPropertyOf));
  if (isEnumType(type)) return enumReader(type);
  // Scalars of our own check for themselves when graphql-js serializes them.
  if (isScalarType(type)) return isSpecifiedScalarType(type) ? scalarReader(type) : (value) => value;
  return objectReader(keyPropertyOf(type));
}

function listReader(readItem: ValueReader): ValueReader {
  return (value) => {
    if (value === null) return null;
    if (!Array.isArray(value)) return unfit(value, 'a list');
    if (value.length > restLimits.listItems) {
      return new RestError(
        'SUBGRAPH_INVALID_RESPONSE',
        `The subgraph answered a list of more than ${restLimits.listItems} items; ask for less.`,
      );
    }
    return value.map(readItem);
  };
}

function enumReader(type: GraphQLEnumType): ValueReader {
  const known = new Set(type.getValues().map(({ value }) => String(value)));
  return (value) => {
    if (value === null) return null;
    const text =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
    return known.has(text) ? text : unfit(value, `a ${type.name}`);
  };
}

function scalarReader(type: GraphQLScalarType): ValueReader {
  return (value) => {
    if (value === null) return null;
    try {
      return type.serialize(value);
    } catch {
      return unfit(value, `a ${type.name}`);
    }
  };
}

function objectReader(keyProperty: string | undefined): ValueReader {
  return (value) => {
    if (value === null || value instanceof Entity || isRecord(value)) return value;
    const isKey = keyProperty !== undefined && (typeof value === 'string' || typeof value === 'number');
    return isKey ? { [keyProperty]: value } : unfit(value, 'an object');
  };
}

function unfit(value: unknown, expected: string): RestError {
  const actual = Array.isArray(value) ? 'list' : typeof value;
  return new RestError(
    'SUBGRAPH_INVALID_RESPONSE',
    `The subgraph answered a value (${actual}) that is not ${expected}.`,
  );
}
