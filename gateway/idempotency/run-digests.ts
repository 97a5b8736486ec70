import { hash } from 'node:crypto';
import type { OperationRun } from '../run-operation.ts';

/** What a key is kept under: nobody else's is the same. */
export function toKeyDigest(key: string, { identity, stickyKey, client: { id, headers } }: OperationRun): string {
  // Somebody whom only subgraphs know is told apart by what they know him by.
  const who =
    identity.key === undefined
      ? ['anonymous', stickyKey ?? id, headers.get('authorization') ?? null, headers.get('cookie') ?? null]
      : ['identity', identity.key];
  return digest([...who, key]);
}

/** Equal when the same document is sent with the same variables. */
export function toPayloadDigest({ operation, variables }: OperationRun): string {
  return digest([operation.hash, variables]);
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value, inNameOrder), 'base64url');
}

/** Clients may write the members of an object in another order when they send it again. */
function inNameOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
