import type { CoordinateUse } from '../../checks/usage.ts';
import type { GraphRef } from '../../feed/graph-ref.ts';
import type { OperationUse, RegistryStore } from '../store/registry-store.ts';
import { toCoordinateUses } from './coordinate-uses.ts';

/** Uses with the operations that were sent in the same time. */
export interface Uses {
  readonly coordinates: readonly CoordinateUse[];
  /** How many operations there were in all; those that were rarely sent are left out. */
  readonly operationCount: number;
}

/** So many operations are known by name, most used first. */
const mostOperations = 10_000;

/** Who used coordinates since `from`, in milliseconds since the epoch; `known` are the operations of that time, if somebody has read them. */
export async function readUses(
  store: RegistryStore,
  ref: GraphRef,
  from: number,
  coordinates: readonly string[],
  known?: readonly OperationUse[],
): Promise<Uses> {
  const operations = known ?? (await store.listOperations(ref, from, mostOperations));
  const names = new Map(operations.map(({ hash, name }) => [hash, name]));
  return {
    coordinates: toCoordinateUses(await store.readUses(ref, from, coordinates), names),
    operationCount: operations.reduce((total, { count }) => total + count, 0),
  };
}
