import { z } from 'zod';
import type { RecordKind, StoredRecord } from './record-store.ts';

/** What records of each kind are called in files and in paths of the admin port. */
export const recordPaths = {
  block: 'blocks',
  revocation: 'revocations',
  apiKey: 'api-keys',
  logLevel: 'log-levels',
  canary: 'canaries',
  canaryReport: 'canary-reports',
} as const satisfies Readonly<Record<RecordKind, string>>;

const idPattern = /^[\w.~-]{1,128}$/;

const recordJson = z.strictObject({
  id: z.string().regex(idPattern),
  value: z.unknown(),
  expiresAt: z.iso.datetime().optional(),
});

/** A record as files, Redis and the admin port have it, its kind known from elsewhere. Times are ISO 8601. */
export type RecordJson = z.output<typeof recordJson>;

/** What is written of a record. */
export function toRecordJson({ id, value, expiresAtMs }: Omit<StoredRecord, 'kind'>): RecordJson {
  return { id, value, ...(expiresAtMs !== undefined && { expiresAt: new Date(expiresAtMs).toISOString() }) };
}

/** The record that was written; `undefined` when it is none. */
export function parseRecordJson(kind: RecordKind, json: unknown): StoredRecord | undefined {
  const { data } = recordJson.safeParse(json);
  if (data === undefined) return undefined;
  const { id, value, expiresAt } = data;
  return { kind, id, value, expiresAtMs: expiresAt === undefined ? undefined : Date.parse(expiresAt) };
}

/** Whether two records, or none and none, are the same. */
export function isSameRecord(one: StoredRecord | undefined, other: StoredRecord | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.kind === other.kind && JSON.stringify(toRecordJson(one)) === JSON.stringify(toRecordJson(other));
}

/** Whether a text can name a record in paths, files and Redis. */
export function isRecordId(text: string): boolean {
  return idPattern.test(text);
}

/** @throws Error with a sentence when a text cannot name a record */
export function assertRecordId(text: string): void {
  if (!isRecordId(text)) throw new Error('An id must be 1 to 128 letters, digits and the characters _ . ~ -.');
}
