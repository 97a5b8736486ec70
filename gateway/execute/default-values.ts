import {
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Logger } from '../telemetry/logger.ts';
import { isLeafValue } from './leaf-value.ts';

/** What a field has when it cannot be had. */
export interface DeclaredDefault {
  /** Such as `Product.inStock`. */
  readonly field: string;
  readonly value: unknown;
}

/** By field of an object type, such as `Product.inStock`. */
export type DefaultValues = ReadonlyMap<string, unknown>;

/**
 * Holds defaults against what clients may see; those for fields that are not there are only logged, as a field may come or go.
 * @throws Error that names each value which the field cannot have
 */
export function readDefaults(defaults: readonly DeclaredDefault[], schema: GraphQLSchema, log: Logger): DefaultValues {
  const values = new Map<string, unknown>();
  const problems: string[] = [];
  // What is said of an object type counts before what is said of its interfaces.
  const inOrder = [...defaults].sort((a, b) => Number(isOfObject(a, schema)) - Number(isOfObject(b, schema)));
  for (const { field: coordinate, value } of inOrder) {
    const fields = fieldsAt(coordinate, schema);
    if (fields.length === 0) log.warn(`The default for ${coordinate} is for no field of the supergraph.`);
    for (const [type, field] of fields) {
      if (fits(value, field.type)) values.set(`${type}.${field.name}`, value);
      else
        problems.push(`The default for ${coordinate} cannot be ${JSON.stringify(value)}: the field is ${field.type}.`);
    }
  }
  if (problems.length > 0) throw new Error([...new Set(problems)].join(' '));
  return values;
}

function isOfObject({ field }: DeclaredDefault, schema: GraphQLSchema): boolean {
  return isObjectType(schema.getType(field.split('.', 1)[0] ?? ''));
}

/** The field of an object type, or those of the types of an interface. */
function fieldsAt(
  coordinate: string,
  schema: GraphQLSchema,
): readonly (readonly [type: string, field: GraphQLField<unknown, unknown>])[] {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  const objects = isInterfaceType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  return objects.flatMap((object) => {
    const field =
      isInterfaceType(type) && type.getFields()[fieldName] === undefined ? undefined : object.getFields()[fieldName];
    return field === undefined ? [] : [[object.name, field] as const];
  });
}

function fits(value: unknown, type: GraphQLOutputType): boolean {
  if (isNonNullType(type)) return value !== null && fits(value, type.ofType);
  if (value === null) return true;
  if (isListType(type)) return Array.isArray(value) && value.every((item) => fits(item, type.ofType));
  return isLeafType(type) && isLeafValue(value, type);
}
