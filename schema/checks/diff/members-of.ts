import { type GraphQLNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

/** The coordinates of a type's fields, input fields or enum values. */
export function membersOf(type: GraphQLNamedType): readonly string[] {
  const hasFields = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type);
  const names = hasFields
    ? Object.keys(type.getFields())
    : isEnumType(type)
      ? type.getValues().map((value) => value.name)
      : [];
  return names.map((name) => `${type.name}.${name}`);
}
