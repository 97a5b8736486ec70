import {
  type ASTNode,
  type ConstDirectiveNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  visit,
} from 'graphql';

/** Something of a schema that has a coordinate. */
export interface SchemaElement {
  /** Such as `User`, `User.email`, `Query.user(id:)`, `Role.ADMIN`, `@live(if:)`. */
  readonly coordinate: string;
  readonly node: ElementNode;
  /** What it is in, outermost first: of an argument, the type and the field. */
  readonly holders: readonly ElementNode[];
}

export type ElementNode =
  | TypeDefinitionNode
  | TypeExtensionNode
  | DirectiveDefinitionNode
  | FieldDefinitionNode
  | InputValueDefinitionNode
  | EnumValueDefinitionNode;

/** Everything in a document that has a coordinate, in its order; what types and their extensions share comes several times. */
export function* elementsOf(document: DocumentNode): Iterable<SchemaElement> {
  for (const node of document.definitions) {
    const isType = isTypeDefinitionNode(node) || isTypeExtensionNode(node);
    if (!isType && node.kind !== Kind.DIRECTIVE_DEFINITION) continue;
    const coordinate = isType ? node.name.value : `@${node.name.value}`;
    yield { coordinate, node, holders: [] };
    if (node.kind === Kind.DIRECTIVE_DEFINITION) {
      yield* argumentsOf(node, coordinate, [node]);
      continue;
    }
    const members = 'fields' in node ? node.fields : 'values' in node ? node.values : undefined;
    for (const member of members ?? []) {
      const place = `${coordinate}.${member.name.value}`;
      yield { coordinate: place, node: member, holders: [node] };
      if (member.kind === Kind.FIELD_DEFINITION) yield* argumentsOf(member, place, [node, member]);
    }
  }
}

/** A document in which elements, by their nodes, have other directives. */
export function withDirectives(
  document: DocumentNode,
  directives: ReadonlyMap<ASTNode, readonly ConstDirectiveNode[]>,
): DocumentNode {
  if (directives.size === 0) return document;
  return visit(document, {
    enter(node) {
      const given = directives.get(node);
      return given === undefined ? undefined : { ...node, directives: given };
    },
  });
}

/** The directives that are applied to an element. */
export function directivesOf(node: ElementNode): readonly ConstDirectiveNode[] {
  return node.kind === Kind.DIRECTIVE_DEFINITION ? [] : (node.directives ?? []);
}

function* argumentsOf(
  node: FieldDefinitionNode | DirectiveDefinitionNode,
  coordinate: string,
  holders: readonly ElementNode[],
): Iterable<SchemaElement> {
  for (const argument of node.arguments ?? []) {
    yield { coordinate: `${coordinate}(${argument.name.value}:)`, node: argument, holders };
  }
}
