import { type GraphQLInputType, getArgumentValues, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type { GuardedField } from './inspect-operation.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * The arguments of a field as its subgraph would get them.
 * @throws GraphQLError when a variable that is not given is needed
 */
export function readArguments({ definition, selection }: GuardedField, variables: Values): Values {
  return getArgumentValues(definition, selection.node, variables);
}

/** Whether the arguments that the client gives hold a value of the named scalar or enum; defaults of the schema do not count. */
export function holdsValueOf({ definition, selection }: GuardedField, args: Values, typeName: string): boolean {
  const given = new Set(selection.node.arguments?.map(({ name }) => name.value));
  return definition.args.some(({ name, type }) => given.has(name) && isWithin(typeName, type, args[name]));
}

function isWithin(typeName: string, type: GraphQLInputType, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (isNonNullType(type)) return isWithin(typeName, type.ofType, value);
  if (isListType(type)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.some((item) => isWithin(typeName, type.ofType, item));
  }
  if (!isInputObjectType(type)) return type.name === typeName;
  if (type.name === typeName) return true;
  if (typeof value !== 'object') return false;
  const fields = type.getFields();
  return Object.entries(value).some(([name, inner]) => {
    const field = fields[name];
    return field !== undefined && isWithin(typeName, field.type, inner);
  });
}
