import type { IdentityConfig } from '../config/identity.ts';

/** What a client calls itself. Nothing proves it. */
export interface Client {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

const longestName = 100;

/** Name and version from the headers, cut to 100 characters. */
export function readClient(headers: ReadonlyMap<string, string>, config: IdentityConfig['client']): Client {
  const read = (header: string) => headers.get(header)?.trim().slice(0, longestName) || undefined;
  return { name: read(config.nameHeader), version: read(config.versionHeader) };
}
