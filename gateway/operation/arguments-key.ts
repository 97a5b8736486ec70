import { type FieldNode, Kind, print, type ValueNode } from 'graphql';

/** The arguments of a field as a text that is equal for equal arguments in any order. */
export function argumentsKey(field: FieldNode): string {
  if (field.arguments === undefined || field.arguments.length === 0) return '';
  return inAnyOrder(field.arguments.map(({ name, value }) => `${name.value}:${valueKey(value)}`));
}

function valueKey(value: ValueNode): string {
  switch (value.kind) {
    case Kind.OBJECT:
      return `{${inAnyOrder(value.fields.map((field) => `${field.name.value}:${valueKey(field.value)}`))}}`;
    case Kind.LIST:
      return `[${value.values.map(valueKey).join()}]`;
    default:
      return print(value);
  }
}

function inAnyOrder(parts: string[]): string {
  return parts.sort().join();
}
