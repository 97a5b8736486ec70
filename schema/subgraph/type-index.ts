import { type DocumentNode, type FieldDefinitionNode, isTypeDefinitionNode, isTypeExtensionNode, Kind } from 'graphql';
import { isObjectType } from './is-object-type.ts';

/** A type of a document together with what its extensions add. */
export interface IndexedType {
  readonly kind: 'object' | 'abstract' | 'input' | 'leaf';
  readonly fields: ReadonlyMap<string, FieldDefinitionNode>;
  /** The interfaces it implements. */
  readonly interfaces: ReadonlySet<string>;
  /** The types that it is a union of. */
  readonly members: ReadonlySet<string>;
}

interface GrowingType {
  kind: IndexedType['kind'];
  readonly fields: Map<string, FieldDefinitionNode>;
  readonly interfaces: Set<string>;
  readonly members: Set<string>;
}

/** The types of a document by name. */
export function indexTypes(document: DocumentNode): ReadonlyMap<string, IndexedType> {
  const types = new Map<string, GrowingType>();
  for (const node of document.definitions) {
    if (!isTypeDefinitionNode(node) && !isTypeExtensionNode(node)) continue;
    const type = types.get(node.name.value) ?? {
      kind: 'leaf',
      fields: new Map(),
      interfaces: new Set(),
      members: new Set(),
    };
    types.set(node.name.value, type);
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION:
        type.kind = isObjectType(node) ? 'object' : 'abstract';
        for (const field of node.fields ?? []) type.fields.set(field.name.value, field);
        for (const { name } of node.interfaces ?? []) type.interfaces.add(name.value);
        break;
      case Kind.UNION_TYPE_DEFINITION:
      case Kind.UNION_TYPE_EXTENSION:
        type.kind = 'abstract';
        for (const { name } of node.types ?? []) type.members.add(name.value);
        break;
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      case Kind.INPUT_OBJECT_TYPE_EXTENSION:
        type.kind = 'input';
        break;
      default:
    }
  }
  return types;
}
