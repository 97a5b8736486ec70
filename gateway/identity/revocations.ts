import type { RecordStore, StoredRecord } from '../store/record-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Identity } from './identity.ts';
import { parseRevocation, type Revocation } from './revocation.ts';

/** Credentials that were taken back before their end. */
export interface Revocations {
  /**
   * Whether an identity counts no more, by its subject or by the claims `iss`, `jti` and `iat`. Asked at every request, for
   * verified tokens that are kept too, so it answers from memory.
   */
  readonly isRevoked: (identity: Identity) => boolean;
  readonly close: () => void;
}

/** By issuer, `undefined` for any: until when what was issued is revoked, in milliseconds since the epoch. */
type IssuedUntil = Map<unknown, number>;

/** What is revoked, by what is known of identities. */
interface Index {
  readonly tokenIds: Map<unknown, IssuedUntil>;
  readonly subjects: Map<unknown, IssuedUntil>;
  readonly keys: Set<unknown>;
  readonly fingerprints: Set<unknown>;
}

/** The revocations of a store, as they change. As long as it could never be read there are none: credentials end by themselves. */
export function createRevocations(store: Pick<RecordStore, 'follow'>, log: Logger): Revocations {
  let index = toIndex([], log);
  const close = store.follow('revocation', (records) => {
    index = toIndex(records, log);
  });
  return { isRevoked: (identity) => isRevokedBy(index, identity), close };
}

function isRevokedBy({ tokenIds, subjects, keys, fingerprints }: Index, { kind, subject, claims }: Identity): boolean {
  switch (kind) {
    case 'anonymous':
      return false;
    case 'apiKey':
      return keys.has(claims['key_id']) || includes(subjects.get(subject), claims);
    case 'certificate':
      return fingerprints.has(claims['fingerprint']) || includes(subjects.get(subject), claims);
    case 'jwt':
    case 'opaqueToken':
      return includes(tokenIds.get(claims['jti']), claims) || includes(subjects.get(subject), claims);
    default:
      return kind satisfies never;
  }
}

/** What does not say when it was issued may have been issued at any time. */
function includes(ends: IssuedUntil | undefined, { iss, iat }: Identity['claims']): boolean {
  if (ends === undefined) return false;
  const issuedAtMs = typeof iat === 'number' ? iat * 1_000 : Number.NEGATIVE_INFINITY;
  return [undefined, iss].some((issuer) => ends.has(issuer) && issuedAtMs < (ends.get(issuer) ?? 0));
}

function toIndex(records: readonly StoredRecord[], log: Logger): Index {
  const index: Index = { tokenIds: new Map(), subjects: new Map(), keys: new Set(), fingerprints: new Set() };
  for (const { id, value } of records) {
    const revocation = parseRevocation(value);
    if (revocation === undefined) log.warn('A revocation that cannot be read is ignored; remove it.', { id });
    else add(index, revocation);
  }
  return index;
}

function add({ tokenIds, subjects, keys, fingerprints }: Index, revocation: Revocation): void {
  if ('key' in revocation) keys.add(revocation.key);
  else if ('fingerprint' in revocation) fingerprints.add(revocation.fingerprint);
  else if ('tokenId' in revocation) {
    extend(tokenIds, revocation.tokenId, revocation.issuer, Number.POSITIVE_INFINITY);
  } else {
    const { subject, issuer, issuedBefore } = revocation;
    extend(subjects, subject, issuer, issuedBefore === undefined ? Number.POSITIVE_INFINITY : Date.parse(issuedBefore));
  }
}

function extend(ends: Index['subjects'], name: string, issuer: string | undefined, untilMs: number): void {
  const ofName: IssuedUntil = ends.get(name) ?? new Map();
  ends.set(name, ofName.set(issuer, Math.max(untilMs, ofName.get(issuer) ?? untilMs)));
}
