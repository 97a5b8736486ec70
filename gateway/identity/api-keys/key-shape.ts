import { z } from 'zod';
import type { RecordShape } from '../../store/record-shape.ts';
import type { StoredRecord } from '../../store/record-store.ts';
import { type ApiKey, parseApiKey } from './key-file.ts';

/** What people get to see of a key. */
export interface ListedKey extends Omit<ApiKey, 'sha256' | 'former'> {
  /** Until when its former secret counts. */
  readonly formerExpiresAt?: string;
}

/** A key without digests, which are of no use to people. */
export function toListedKey({ sha256: _sha256, former, ...key }: ApiKey): ListedKey {
  return { ...key, ...(former !== undefined && { formerExpiresAt: former.expiresAt }) };
}

const rotated = z.looseObject({ former: z.strictObject({ expiresAt: z.string() }) });

/** API keys as operators send them. One with a `former` secret may leave out its digest: it is that of the key until now. */
export const keyShape: RecordShape = {
  kind: 'apiKey',
  accept(record, stored) {
    const key = parseApiKey(withFormer(record.value, stored));
    if (key === undefined)
      throw new Error('An API key has an id, a client, the SHA-256 of the key, scopes and the time of its creation.');
    if (key.id !== record.id) throw new Error('An API key must have the id that it is kept under.');
    return { ...record, value: key, expiresAtMs: key.expiresAt === undefined ? undefined : Date.parse(key.expiresAt) };
  },
  show(value) {
    const key = parseApiKey(value);
    return key && toListedKey(key);
  },
};

function withFormer(value: unknown, stored: StoredRecord | undefined): unknown {
  const { data } = rotated.safeParse(value);
  if (data === undefined) return value;
  const sha256 = parseApiKey(stored?.value)?.sha256;
  if (sha256 === undefined) throw new Error('There is no key of this id that could have had another secret.');
  return { ...data, former: { ...data.former, sha256 } };
}
