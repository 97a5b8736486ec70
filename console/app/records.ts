import { admin } from './admin.ts';

/** What was said at run time, as `/control/<path>` has it. */
export interface Kept<Value> {
  readonly id: string;
  readonly value: Value;
  /** ISO 8601; left out when it lasts until it is taken back. */
  readonly expiresAt?: string;
}

/** What all gateways of a store are told, of one kind. */
export interface Records<Value> {
  readonly list: () => Promise<readonly Kept<Value>[]>;
  readonly put: (id: string, value: unknown, lifetimeMs?: number) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
}

/** What is said under a path of `/control`; all throw an AdminError. */
export function recordsAt<Value>(path: string): Records<Value> {
  const at = (id: string) => `/control/${path}/${encodeURIComponent(id)}`;
  return {
    async list() {
      const { records } = await admin.read<{ readonly records: readonly Kept<Value>[] }>(`/control/${path}`);
      return records;
    },
    async put(id, value, lifetimeMs) {
      const until = lifetimeMs === undefined ? {} : { expiresAt: new Date(Date.now() + lifetimeMs).toISOString() };
      await admin.send('PUT', at(id), { value, ...until });
    },
    remove: (id) => admin.send('DELETE', at(id)),
  };
}
