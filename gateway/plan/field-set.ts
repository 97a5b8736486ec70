import { Kind, parse, type SelectionSetNode } from 'graphql';

/** Parses a field set (https://specs.apollo.dev/join/v0.3, `join__FieldSet`), with or without braces. */
export function parseFieldSet(text: string): SelectionSetNode {
  const braced = text.trimStart().startsWith('{') ? text : `{${text}}`;
  const [operation] = parse(braced, { noLocation: true }).definitions;
  if (operation?.kind === Kind.OPERATION_DEFINITION) return operation.selectionSet;
  throw new Error(`"${text}" is no field set.`);
}
