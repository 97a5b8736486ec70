import { type ConstDirectiveNode, type ConstValueNode, type DirectiveNode, Kind, valueFromASTUntyped } from 'graphql';

/** An applied directive, `@name(argument: value)`. Text of several lines is printed as a block string where that loses nothing. */
export function createDirective(
  name: string,
  args: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: Object.entries(args).map(([argument, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: argument },
      value: toValueNode(value),
    })),
  };
}

/** The value of an argument as plain data; `undefined` when it is not given. */
export function readArgument(directive: DirectiveNode, name: string): unknown {
  const argument = directive.arguments?.find((candidate) => candidate.name.value === name);
  return argument === undefined ? undefined : valueFromASTUntyped(argument.value);
}

/** The value of an argument that is a string; `undefined` when it is anything else. */
export function readString(directive: DirectiveNode, name: string): string | undefined {
  const value = readArgument(directive, name);
  return typeof value === 'string' ? value : undefined;
}

function toValueNode(value: string | number | boolean | readonly string[]): ConstValueNode {
  if (typeof value === 'boolean') return { kind: Kind.BOOLEAN, value };
  if (typeof value === 'number') return { kind: Kind.INT, value: String(value) };
  if (typeof value === 'string') return { kind: Kind.STRING, value, block: isBlock(value) };
  return { kind: Kind.LIST, values: value.map(toValueNode) };
}

// A block string drops surrounding white space and cannot hold control characters or carriage returns.
function isBlock(value: string): boolean {
  return value.includes('\n') && value.trim() === value && !/[^\t\n\x20-\uffff]/.test(value);
}
