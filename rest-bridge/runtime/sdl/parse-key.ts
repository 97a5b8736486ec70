import { GraphQLError, Kind, parse, type SelectionSetNode } from 'graphql';
import { DirectiveError } from '../rest-problem.ts';

/**
 * The paths of the leaves of a `@key`'s fields: `"sku warehouse { id }"` is `[["sku"], ["warehouse", "id"]]`.
 *
 * @throws DirectiveError when the text is not a list of fields.
 */
export function parseKey(fields: string): readonly (readonly string[])[] {
  try {
    const [definition] = parse(`{${fields}}`, { noLocation: true }).definitions;
    if (definition?.kind === Kind.OPERATION_DEFINITION) return leavesOf(definition.selectionSet);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
  }
  throw new DirectiveError(`@key(fields: "${fields}") is not a list of fields.`);
}

function leavesOf(selectionSet: SelectionSetNode): readonly (readonly string[])[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind !== Kind.FIELD) throw new GraphQLError('A key has no fragments.');
    const name = selection.name.value;
    if (!selection.selectionSet) return [[name]];
    return leavesOf(selection.selectionSet).map((path) => [name, ...path]);
  });
}
