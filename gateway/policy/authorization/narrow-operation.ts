import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Operation } from '../../operation/operation.ts';
import type { FieldSelection, GuardedField, InspectedOperation, Selection } from './inspect-operation.ts';

/** An operation without some of its fields. */
export interface NarrowedOperation {
  readonly inspected: InspectedOperation;
  /** `undefined` when nothing is left. */
  readonly operation: Operation | undefined;
  readonly withheld: Withheld;
  /** Fields that are left and within which something is withheld. */
  readonly affected: ReadonlySet<FieldSelection>;
  /** The key under which answers tell the types of objects within which something is withheld. */
  readonly typeKey: string;
}

/** What is withheld: fields as a whole, and type names for objects of some types. */
class Withheld {
  readonly #whole = new Set<FieldSelection>();
  readonly #forType = new Map<FieldSelection, Set<string>>();

  constructor(fields: readonly GuardedField[]) {
    for (const { selection, onlyFor } of fields) {
      if (onlyFor === undefined) this.#whole.add(selection);
      else this.#forType.set(selection, (this.#forType.get(selection) ?? new Set()).add(onlyFor));
    }
  }

  /** Whether the field is withheld for all objects, or its value must be told object by object. */
  isRemoved(field: FieldSelection): boolean {
    return this.#whole.has(field) || this.#forType.has(field);
  }

  isWithheldFor(field: FieldSelection, typeName: string): boolean {
    return this.#whole.has(field) || this.#forType.get(field)?.has(typeName) === true;
  }
}

/** Takes fields out of an operation; what is left holds the same fragments, put in place. */
export function narrowOperation(
  operation: Operation,
  inspected: InspectedOperation,
  fields: readonly GuardedField[],
): NarrowedOperation {
  const withheld = new Withheld(fields);
  const affected = new Set<FieldSelection>();
  const typeKey = chooseTypeKey(inspected.selections);
  const pruning: Pruning = { withheld, affected, marker: toMarker(typeKey) };
  const selections = prune(inspected.selections, pruning);
  const narrowed = selections.length === 0 ? undefined : withSelections(operation, selections);
  return { inspected, operation: narrowed, withheld, affected, typeKey };
}

interface Pruning {
  readonly withheld: Withheld;
  readonly affected: Set<FieldSelection>;
  readonly marker: FieldNode;
}

function prune(selections: readonly Selection[], pruning: Pruning): readonly SelectionNode[] {
  return selections.flatMap((selection): SelectionNode | readonly [] => {
    if (selection.kind === 'field') {
      return pruning.withheld.isRemoved(selection) ? [] : pruneField(selection, pruning);
    }
    const { directives, typeCondition } = selection;
    const inner = prune(selection.selections, pruning);
    if (inner.length === 0) return [];
    return {
      kind: Kind.INLINE_FRAGMENT,
      ...(typeCondition !== undefined && { typeCondition }),
      directives,
      selectionSet: toSelectionSet(inner),
    };
  });
}

function pruneField(field: FieldSelection, pruning: Pruning): FieldNode {
  const { node, selections } = field;
  if (node.selectionSet === undefined) return node;
  const inner = prune(selections, pruning);
  if (!isTouched(selections, pruning)) return { ...node, selectionSet: toSelectionSet(inner) };
  pruning.affected.add(field);
  return { ...node, selectionSet: toSelectionSet([pruning.marker, ...inner]) };
}

/** Whether something is withheld in a selection set or below. */
function isTouched(selections: readonly Selection[], pruning: Pruning): boolean {
  return selections.some((selection) => {
    if (selection.kind === 'fragment') return isTouched(selection.selections, pruning);
    return pruning.withheld.isRemoved(selection) || pruning.affected.has(selection);
  });
}

function toSelectionSet(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function toMarker(key: string): FieldNode {
  const name = { kind: Kind.NAME, value: '__typename' } as const;
  return key === '__typename'
    ? { kind: Kind.FIELD, name }
    : { kind: Kind.FIELD, name, alias: { kind: Kind.NAME, value: key } };
}

/** `__typename`, unless the client gives another field that name. */
function chooseTypeKey(selections: readonly Selection[]): string {
  const taken = new Set<string>();
  const collect = (inner: readonly Selection[]): void => {
    for (const selection of inner) {
      if (selection.kind === 'field' && selection.node.name.value !== '__typename') taken.add(selection.key);
      collect(selection.selections);
    }
  };
  collect(selections);
  let key = '__typename';
  while (taken.has(key)) key = `${key}_`;
  return key;
}

function withSelections(operation: Operation, selections: readonly SelectionNode[]): Operation {
  const selectionSet = toSelectionSet(selections);
  const used = variablesWithin(selectionSet, operation.definition);
  const { loc: _loc, ...original } = operation.definition;
  const definition: OperationDefinitionNode = {
    ...original,
    variableDefinitions: original.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [],
    selectionSet,
  };
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [definition] };
  return {
    ...operation,
    hash: createHash('sha256').update(operation.hash).update(print(definition)).digest('hex'),
    document,
    definition,
    introspectionOnly: isIntrospectionOnly(selections),
  };
}

function variablesWithin(set: SelectionSetNode, { directives }: OperationDefinitionNode): ReadonlySet<string> {
  const used = new Set<string>();
  for (const node of [set, ...(directives ?? [])]) {
    visit(node, { Variable: ({ name }) => void used.add(name.value) });
  }
  return used;
}

function isIntrospectionOnly(selections: readonly SelectionNode[]): boolean {
  return selections.every((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value.startsWith('__');
    return selection.kind === Kind.INLINE_FRAGMENT && isIntrospectionOnly(selection.selectionSet.selections);
  });
}
