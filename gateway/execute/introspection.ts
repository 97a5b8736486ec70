import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Operation } from '../operation/operation.ts';

/** An operation taken apart: the gateway answers `introspection`, subgraphs answer `data`. */
export interface SplitOperation {
  readonly introspection: DocumentNode | undefined;
  readonly data: DocumentNode | undefined;
  /** Response keys of the root fields in the order in which the client asked, with these values of variables. */
  readonly rootKeysOf: (variables: Variables) => readonly string[];
}

const isIntrospection = (field: FieldNode) => field.name.value === '__schema' || field.name.value === '__type';

/**
 * Takes the root fields `__schema` and `__type` out of an operation, through fragments, so that they can be answered from the
 * public schema alone, and leaves the rest for the subgraphs.
 */
export function splitIntrospection(operation: Operation): SplitOperation {
  const { document, definition } = operation;
  const fragments = readFragments(document);
  const keep = (wanted: (field: FieldNode) => boolean) =>
    withRootSelections(document, definition, filterRoot(definition.selectionSet, fragments, wanted));
  return {
    introspection: keep(isIntrospection),
    data: keep((field) => !isIntrospection(field)),
    rootKeysOf: (variables) => {
      const isIncluded = (node: SelectionNode) => isSelected(node, variables);
      return [...new Set(collectRootKeys(definition.selectionSet, fragments, isIncluded))];
    },
  };
}

/** One answer of the answers to the parts, in the order in which the client asked. */
export function joinAnswers(
  split: SplitOperation,
  introspection: ExecutionResult | undefined,
  data: ExecutionResult | undefined,
  variables: Variables,
): ExecutionResult {
  if (introspection === undefined || data === undefined) return introspection ?? data ?? { data: {} };
  const errors = [...(introspection.errors ?? []), ...(data.errors ?? [])];
  const members: Record<string, unknown> = Object.assign(Object.create(null), introspection.data, data.data);
  const ordered: Record<string, unknown> = Object.create(null);
  for (const key of split.rootKeysOf(variables)) if (key in members) ordered[key] = members[key];
  return {
    data: data.data === null || introspection.data === null ? null : ordered,
    ...(errors.length === 0 ? {} : { errors }),
    ...(data.extensions === undefined ? {} : { extensions: data.extensions }),
  };
}

/** One document for each root field of an operation, fragments followed, in the order in which the client asked. */
export function splitRootFields({
  document,
  definition,
}: Pick<Operation, 'document' | 'definition'>): readonly DocumentNode[] {
  const fragments = readFragments(document);
  const keys = new Set(collectRootKeys(definition.selectionSet, fragments, () => true));
  return [...keys].flatMap((key) => {
    const selections = filterRoot(definition.selectionSet, fragments, (field) => keyOf(field) === key);
    return withRootSelections(document, definition, selections) ?? [];
  });
}

function keyOf({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function readFragments(document: DocumentNode): Fragments {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}

type Variables = Readonly<Record<string, unknown>>;

function isSelected(node: SelectionNode, variables: Variables): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variables);
  return skip?.['if'] !== true && include?.['if'] !== false;
}

function* collectRootKeys(
  set: SelectionSetNode,
  fragments: Fragments,
  isIncluded: (node: SelectionNode) => boolean,
): Generator<string> {
  for (const selection of set.selections) {
    if (!isIncluded(selection)) continue;
    if (selection.kind === Kind.FIELD) yield keyOf(selection);
    else {
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (inner !== undefined) yield* collectRootKeys(inner.selectionSet, fragments, isIncluded);
    }
  }
}

/** Fragments at the root become inline ones, since other places may spread the same fragment. */
function filterRoot(
  set: SelectionSetNode,
  fragments: Fragments,
  wanted: (field: FieldNode) => boolean,
): SelectionNode[] {
  return set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return wanted(selection) ? [selection] : [];
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (inner === undefined) return [];
    const selections = filterRoot(inner.selectionSet, fragments, wanted);
    if (selections.length === 0) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        directives: selection.directives ?? [],
        selectionSet: { kind: Kind.SELECTION_SET, selections },
      },
    ];
  });
}

function withRootSelections(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  selections: readonly SelectionNode[],
): DocumentNode | undefined {
  if (selections.length === 0) return undefined;
  const root: OperationDefinitionNode = {
    ...definition,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  return {
    ...document,
    definitions: document.definitions.map((other) => (other === definition ? root : other)),
  };
}
