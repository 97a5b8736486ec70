import { conditionsOf } from './execute/conditions-of.ts';
import type { Engine } from './execute/engine.ts';
import type { OperationCache, UsedOperation } from './operation/operation-cache.ts';
import type { OperationReader } from './operation/read-operation.ts';

export interface PrepareOptions {
  readonly read: OperationReader;
  /** Where it keeps what it reads. */
  readonly operations: OperationCache;
  readonly engine: Engine;
}

/**
 * Reads and plans an operation ahead of its first request.
 * @throws GatewayError when it cannot be run
 */
export type PrepareOperation = (operation: UsedOperation) => void;

/** Each condition doubles the plans of an operation: with more than two of them clients hardly send all. */
const conditionsMost = 2;

export function createPrepareOperation({ read, operations, engine }: PrepareOptions): PrepareOperation {
  return (used) => {
    const operation = read({ query: used.text, operationName: used.name }, { method: 'POST' });
    operations.credit(used);
    for (const variables of toCases(conditionsOf(operation.document))) engine.planOf?.({ operation, variables });
  };
}

function toCases(conditions: readonly string[]): readonly Readonly<Record<string, boolean>>[] {
  return conditions
    .slice(0, conditionsMost)
    .reduce<readonly Readonly<Record<string, boolean>>[]>(
      (cases, name) => cases.flatMap((one) => [one, { ...one, [name]: true }]),
      [{}],
    );
}
