import type { IncomingMessage } from 'node:http';

/** The headers of a request by lower-case name; several of one name are joined with a comma. */
export function readHeaders({ headers }: IncomingMessage): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) read.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return read;
}
