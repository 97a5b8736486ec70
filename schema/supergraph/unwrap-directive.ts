import { type ConstDirectiveNode, type ConstObjectFieldNode, Kind } from 'graphql';
import { readArgument } from './directive.ts';

/** `@join__directive(graphs:, name:, args:)` stands for the directive of that name; any other is what it is. */
export function unwrapDirective(directive: ConstDirectiveNode): ConstDirectiveNode {
  if (directive.name.value !== 'join__directive') return directive;
  const name = readArgument(directive, 'name');
  const args = directive.arguments?.find((argument) => argument.name.value === 'args')?.value;
  const fields: readonly ConstObjectFieldNode[] = args?.kind === Kind.OBJECT ? args.fields : [];
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: typeof name === 'string' ? name : '' },
    arguments: fields.map((field) => ({ kind: Kind.ARGUMENT, name: field.name, value: field.value })),
  };
}
