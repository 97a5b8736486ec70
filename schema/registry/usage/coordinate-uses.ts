import type { ClientUse, CoordinateUse, OperationUse } from '../../checks/usage.ts';
import type { RecordedUse } from '../store/registry-store.ts';

/** Gathers recorded uses by coordinate. `names` are of operations, by hash. */
export function toCoordinateUses(
  uses: readonly RecordedUse[],
  names: ReadonlyMap<string, string | undefined>,
): readonly CoordinateUse[] {
  const gathered = new Map<string, { count: number; clients: ClientUse[]; operations: OperationUse[] }>();
  for (const { coordinate, operation, client, clientVersion, count } of uses) {
    const use = gathered.get(coordinate) ?? { count: 0, clients: [], operations: [] };
    gathered.set(coordinate, use);
    use.count += count;
    use.clients.push({ name: client, version: clientVersion, count });
    use.operations.push({ hash: operation, name: names.get(operation), count });
  }
  return [...gathered].map(([coordinate, { count, clients, operations }]) => ({
    coordinate,
    count,
    clients: sum(clients, ({ name, version }) => JSON.stringify([name, version])),
    operations: sum(operations, ({ hash }) => hash),
  }));
}

/** Those of one key as one, most uses first. */
function sum<Use extends { readonly count: number }>(
  uses: readonly Use[],
  keyOf: (use: Use) => string,
): readonly Use[] {
  const sums = new Map<string, Use>();
  for (const use of uses) {
    const key = keyOf(use);
    sums.set(key, { ...use, count: use.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}
