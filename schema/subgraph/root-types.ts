import {
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  type NamedTypeNode,
  type NameNode,
  OperationTypeNode,
  visit,
} from 'graphql';

const defaultNames = [
  [OperationTypeNode.QUERY, 'Query'],
  [OperationTypeNode.MUTATION, 'Mutation'],
  [OperationTypeNode.SUBSCRIPTION, 'Subscription'],
] as const;

/** The names that root types have in every supergraph. */
export const rootTypeNames: ReadonlySet<string> = new Set(defaultNames.map(([, name]) => name));

/** A document whose root types have their default names. */
export interface DefaultRootTypes {
  readonly document: DocumentNode;
  /** Names of types that are called like a root type and are none. */
  readonly impostors: readonly string[];
}

/** Renames root types to their default names, wherever they are referred to. */
export function withDefaultRootTypes(document: DocumentNode): DefaultRootTypes {
  const schemaNodes = document.definitions.filter(
    (node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION,
  );
  const declared = new Map(
    schemaNodes.flatMap((node) => node.operationTypes ?? []).map(({ operation, type }) => [operation, type.name.value]),
  );
  const isExplicit = schemaNodes.some((node) => node.kind === Kind.SCHEMA_DEFINITION);
  const typeNames = new Set(document.definitions.filter(isTypeDefinitionNode).map((node) => node.name.value));
  const renames = new Map<string, string>();
  const impostors: string[] = [];
  for (const [operation, name] of defaultNames) {
    const root = declared.get(operation) ?? (isExplicit ? undefined : name);
    if (root === name) continue;
    if (typeNames.has(name)) impostors.push(name);
    else if (root !== undefined) renames.set(root, name);
  }
  return { document: renames.size === 0 ? document : renameTypes(document, renames), impostors };
}

function renameTypes(document: DocumentNode, renames: ReadonlyMap<string, string>): DocumentNode {
  const rename = <Node extends { readonly name: NameNode }>(node: Node): Node | undefined => {
    const value = renames.get(node.name.value);
    return value === undefined ? undefined : { ...node, name: { ...node.name, value } };
  };
  return visit(document, {
    NamedType: (node: NamedTypeNode) => rename(node),
    ObjectTypeDefinition: (node) => rename(node),
    ObjectTypeExtension: (node) => rename(node),
  });
}
