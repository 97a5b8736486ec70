import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';

/** What a field set says of a field: an empty set for a leaf. */
export function subsetFor(set: SelectionSetNode, name: string): readonly SelectionSetNode[] {
  return set.selections.flatMap((selection): readonly SelectionSetNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return subsetFor(selection.selectionSet, name);
    if (selection.kind !== Kind.FIELD || selection.name.value !== name) return [];
    const { selectionSet }: FieldNode = selection;
    return [selectionSet ?? { kind: Kind.SELECTION_SET, selections: [] }];
  });
}
