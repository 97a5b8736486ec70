import { hash } from 'node:crypto';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { DocumentMeasure } from './measure-document.ts';
import type { Operation } from './operation.ts';
import { shorten } from './shorten.ts';

/** Gives the operation that a request names; `text` is the document's. Throws GatewayError OPERATION_RESOLUTION_FAILURE. */
export type ChooseOperation = (operationName: string | undefined, text: string) => Operation;

/** Chooses among the operations of a valid document; the same choice is the same object each time. */
export function createOperationChooser(
  document: DocumentNode,
  { operations, introspects }: DocumentMeasure,
): ChooseOperation {
  const definitions = new Map<string | undefined, OperationDefinitionNode>();
  for (const definition of operations.keys()) definitions.set(definition.name?.value, definition);
  const [sole] = operations.size === 1 ? operations.keys() : [];
  const chosen = new Map<OperationDefinitionNode, Operation>();

  return (operationName, text) => {
    // Some clients send an empty name for none, and no operation can be called that.
    const definition = operationName ? definitions.get(operationName) : sole;
    if (definition === undefined) throw unresolved(operationName, operations.size);
    let operation = chosen.get(definition);
    if (operation === undefined) {
      const name = definition.name?.value;
      operation = {
        kind: definition.operation,
        name,
        // NUL cannot occur in a document, so no two pairs of text and name are one text.
        hash: hash('sha256', `${text}\0${name ?? ''}`),
        document,
        definition,
        introspects,
        introspectionOnly: operations.get(definition)?.rootDataFields === 0,
      };
      chosen.set(definition, operation);
    }
    return operation;
  };
}

function unresolved(operationName: string | undefined, count: number): GatewayError {
  return new GatewayError(
    'OPERATION_RESOLUTION_FAILURE',
    operationName
      ? `The document has no operation named "${shorten(operationName)}".`
      : `The document has ${count} operations. Say by "operationName" which of them to run.`,
  );
}
