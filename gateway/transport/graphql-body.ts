import { Kind, type OperationDefinitionNode, type SelectionNode } from 'graphql';
import type { EntityList, FetchOperation } from './send.ts';

/** What is worked out once for an operation that is sent many times. */
export interface OperationShape {
  /** The JSON body up to the variables. */
  readonly bodyStart: string;
  readonly entityLists: readonly EntityList[];
}

const shapes = new WeakMap<FetchOperation, OperationShape>();

/** The shape of an operation, remembered as long as the operation lives. */
export function shapeOf(operation: FetchOperation): OperationShape {
  const known = shapes.get(operation);
  if (known !== undefined) return known;
  const { text, name } = operation;
  const operationName = name === undefined ? '' : `,"operationName":${JSON.stringify(name)}`;
  const shape = {
    bodyStart: `{"query":${JSON.stringify(text)}${operationName}`,
    entityLists: operation.entityLists ?? entityListsOf(operation),
  };
  shapes.set(operation, shape);
  return shape;
}

/** The body of a GraphQL-over-HTTP POST (https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters). */
export function writeBody(shape: OperationShape, variablesText: string | undefined): string {
  return variablesText === undefined ? `${shape.bodyStart}}` : `${shape.bodyStart},"variables":${variablesText}}`;
}

/** The operation of a fetch's document. */
export function definitionOf(operation: FetchOperation): OperationDefinitionNode | undefined {
  return operation.document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
}

function entityListsOf(operation: FetchOperation): readonly EntityList[] {
  return (definitionOf(operation)?.selectionSet.selections ?? []).flatMap((selection) => toEntityList(selection) ?? []);
}

/** The list that a root selection asks for; `undefined` when it is not `_entities` of one variable. */
export function toEntityList(selection: SelectionNode): EntityList | undefined {
  if (selection.kind !== Kind.FIELD || selection.name.value !== '_entities') return undefined;
  const value = selection.arguments?.find(({ name }) => name.value === 'representations')?.value;
  if (value?.kind !== Kind.VARIABLE) return undefined;
  return { key: (selection.alias ?? selection.name).value, variable: value.name.value };
}
