import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** Is told a field that is asked for, by each type whose field it may be. */
type OnField = (type: string, field: string) => void;

/** Tells which fields an operation for a subgraph asks for, as clients know them. */
export function visitAskedFields(document: DocumentNode, schema: GraphQLSchema, onField: OnField): void {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  const visit = { schema, fragments, onField };
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    visitSelections(node.selectionSet, schema.getRootType(node.operation) ?? undefined, visit);
  }
}

interface Visit {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly onField: OnField;
}

function visitSelections(set: SelectionSetNode, type: GraphQLNamedType | undefined, visit: Visit): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      visitField(selection, type, visit);
      continue;
    }
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : visit.fragments.get(selection.name.value);
    if (inner === undefined) continue;
    const condition = inner.typeCondition?.name.value;
    visitSelections(inner.selectionSet, condition === undefined ? type : visit.schema.getType(condition), visit);
  }
}

/** Of `_entities` and of what clients do not see the type is not known, but fragments within it say theirs. */
function visitField({ name, selectionSet }: FieldNode, type: GraphQLNamedType | undefined, visit: Visit): void {
  const { schema, onField } = visit;
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
  if (type !== undefined && field !== undefined) {
    onField(type.name, name.value);
    if (isAbstractType(type)) for (const one of schema.getPossibleTypes(type)) onField(one.name, name.value);
  }
  if (selectionSet !== undefined) visitSelections(selectionSet, field && getNamedType(field.type), visit);
}
