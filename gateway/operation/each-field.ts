import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** The fragments of a document by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The fragments that a document defines. */
export function readFragments({ definitions }: DocumentNode): Fragments {
  return new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
}

/** Is told a field, and the name of the type whose field it is, where that is known. */
type OnField = (node: FieldNode, type: string | undefined) => void;

/**
 * Tells the fields that a selection set asks of objects of a type, those in fragments as fields of the type that these are on; what is
 * selected within them is not looked at.
 * @param spread names of fragments that were looked into already; those that are looked into now are added
 */
export function eachField(
  { selections }: SelectionSetNode,
  type: string | undefined,
  fragments: Fragments,
  onField: OnField,
  spread: Set<string> = new Set(),
): void {
  for (const node of selections) {
    if (node.kind === Kind.FIELD) {
      onField(node, type);
      continue;
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      if (spread.has(node.name.value)) continue;
      spread.add(node.name.value);
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    if (fragment === undefined) continue;
    eachField(fragment.selectionSet, fragment.typeCondition?.name.value ?? type, fragments, onField, spread);
  }
}
