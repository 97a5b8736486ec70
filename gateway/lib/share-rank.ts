import { createHash } from 'node:crypto';

/** From 0 to below 1, spread evenly and always the same for a key: a share has those whose rank is below it. */
export function shareRank(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
}
