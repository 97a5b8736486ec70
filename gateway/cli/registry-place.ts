import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureSigningKey, parseSigningKey, type SigningKey } from '../../schema/registry/delivery/signing-key.ts';
import type { RegistryLog } from '../../schema/registry/log.ts';
import { openRegistryStore } from '../../schema/registry/store/open-registry-store.ts';
import type { RegistryStore } from '../../schema/registry/store/registry-store.ts';
import type { Terminal } from './terminal.ts';

/** Where a registry keeps what it knows. */
export interface RegistryPlace {
  /** Relative to the working directory. */
  readonly data: string;
  /** `undefined` for the embedded database. */
  readonly database: string | undefined;
  /** File of a private key in PEM, relative to the working directory; `undefined` for the key that the database keeps. */
  readonly signingKey: string | undefined;
}

/**
 * Opens the database of a registry.
 * @throws StoreError
 */
export async function openPlace(
  { data, database }: RegistryPlace,
  terminal: Terminal,
  log?: RegistryLog,
): Promise<RegistryStore> {
  const location = database ?? terminal.env['OVERLOCK_DATABASE_URL'] ?? path.resolve(terminal.cwd, data);
  return await openRegistryStore({ location, now: Date.now, ...(log && { log }) });
}

/**
 * The key that supergraphs are signed with.
 * @throws Error with a sentence for the operator
 */
export async function readSigningKey(
  { signingKey }: RegistryPlace,
  store: RegistryStore,
  { cwd }: Terminal,
): Promise<SigningKey> {
  if (signingKey === undefined) return await ensureSigningKey(store);
  return parseSigningKey(await readFile(path.resolve(cwd, signingKey), 'utf8'));
}
