import { hash } from 'node:crypto';
import { z } from 'zod';
import type { RecordShape } from '../store/record-shape.ts';

const name = z.string().min(1).max(1_000);

const revocation = z.union([
  z.strictObject({ tokenId: name, issuer: name.optional() }),
  z.strictObject({ subject: name, issuer: name.optional(), issuedBefore: z.iso.datetime().optional() }),
  z.strictObject({ key: z.string().regex(/^[a-z\d]{12}$/) }),
  z.strictObject({ fingerprint: z.string().regex(/^[\da-f]{64}$/) }),
]);

const advice =
  'A revocation names a tokenId or a subject, either of any issuer or of one, or the id of an API key as key, or the SHA-256 fingerprint of a certificate in hex.';

/**
 * What is taken back: one token; all that was issued to a subject before a time (ISO 8601), so that it can sign in anew; an API key by
 * its id; or a certificate.
 */
export type Revocation = z.output<typeof revocation>;

/** The id for a revocation: the same for the same target, so that one replaces the other. */
export function revocationIdOf(target: Revocation): string {
  const words = Object.entries(target).filter(([key, word]) => key !== 'issuedBefore' && word !== undefined);
  return hash('sha256', JSON.stringify(words.sort()), 'base64url').slice(0, 22);
}

/** The revocation that a value describes; `undefined` when it is none. */
export function parseRevocation(value: unknown): Revocation | undefined {
  return revocation.safeParse(value).data;
}

/** Revocations as operators send them; who names a subject means what was issued to it until now. */
export const revocationShape: RecordShape = {
  kind: 'revocation',
  accept(record, _former, nowMs) {
    const value = parseRevocation(record.value);
    if (value === undefined) throw new Error(advice);
    const issuedBefore = new Date(nowMs).toISOString();
    return { ...record, value: 'subject' in value ? { issuedBefore, ...value } : value };
  },
  show: (value) => value,
};
