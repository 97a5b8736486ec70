import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { eachField, readFragments } from '../operation/each-field.ts';

/** Is told a field that is asked for, by each type whose field it may be. */
type OnField = (type: string, field: string) => void;

/**
 * Tells which fields an operation for a subgraph asks for, as clients know them. Of `_entities` and of what clients do not see the type is
 * not known, but fragments within it say theirs.
 */
export function visitAskedFields(document: DocumentNode, schema: GraphQLSchema, onField: OnField): void {
  const fragments = readFragments(document);
  const visit = (set: SelectionSetNode, within: string | undefined): void =>
    eachField(set, within, fragments, ({ name: { value: name }, selectionSet }, holder) => {
      const type = holder === undefined ? undefined : schema.getType(holder);
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
      if (type !== undefined && field !== undefined) {
        onField(type.name, name);
        if (isAbstractType(type)) for (const one of schema.getPossibleTypes(type)) onField(one.name, name);
      }
      if (selectionSet !== undefined) visit(selectionSet, field && getNamedType(field.type).name);
    });
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) visit(node.selectionSet, schema.getRootType(node.operation)?.name);
  }
}
