import { type ArgumentNode, Kind, print, type ValueNode } from 'graphql';

/** An argument as GraphQL text, as `print` has it; what is simple is not worth a walk over a syntax tree. */
export function printArgument({ name, value }: ArgumentNode): string {
  return `${name.value}: ${printValue(value)}`;
}

/** Adds the names of the variables that a value holds. */
export function addVariables(value: ValueNode, into: Set<string>): void {
  if (value.kind === Kind.VARIABLE) into.add(value.name.value);
  else if (value.kind === Kind.LIST) for (const item of value.values) addVariables(item, into);
  else if (value.kind === Kind.OBJECT) for (const field of value.fields) addVariables(field.value, into);
}

/** Text between quotes that needs no escapes. */
const plainText = /^[ !#-[\]-~]*$/;

function printValue(value: ValueNode): string {
  switch (value.kind) {
    case Kind.VARIABLE:
      return `$${value.name.value}`;
    case Kind.NULL:
      return 'null';
    case Kind.BOOLEAN:
      return String(value.value);
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.ENUM:
      return value.value;
    case Kind.STRING:
      return value.block !== true && plainText.test(value.value) ? `"${value.value}"` : print(value);
    case Kind.LIST:
      return `[${value.values.map(printValue).join(', ')}]`;
    case Kind.OBJECT:
      return `{${value.fields.map((field) => `${field.name.value}: ${printValue(field.value)}`).join(', ')}}`;
    default:
      return value satisfies never;
  }
}
