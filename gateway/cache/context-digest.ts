import { hash } from 'node:crypto';
import type { Config } from '../config/config.ts';

/**
 * Tells apart what is stored on different supergraphs, and by configurations that would store it for somebody else, for longer, or as
 * something else.
 */
export function contextDigestOf(
  fingerprint: string,
  { headers, overrides, cache }: Pick<Config, 'headers' | 'overrides' | 'cache'>,
): string {
  const { store: _where, memoryBytes: _size, response: _whole, entity: _parts, toClients: _told, ...said } = cache;
  return hash('sha256', JSON.stringify([fingerprint, headers, overrides, said]), 'base64url');
}
