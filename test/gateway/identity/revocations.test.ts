import { describe, expect, it } from 'vitest';
import { toCertificateIdentity } from '../../../gateway/identity/certificate-identity.ts';
import { toTokenIdentity } from '../../../gateway/identity/claims.ts';
import { anonymous, type Identity } from '../../../gateway/identity/identity.ts';
import { revocationIdOf, revocationShape } from '../../../gateway/identity/revocation.ts';
import { createRevocations } from '../../../gateway/identity/revocations.ts';
import { MemoryRecordStore } from '../../../gateway/store/memory-record-store.ts';
import type { StoredRecord } from '../../../gateway/store/record-store.ts';
import { RecordTable } from '../../../gateway/store/record-table.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

const nowMs = Date.parse('2030-01-01T00:00:00.500Z');
const nowSeconds = Math.floor(nowMs / 1_000);
const mapping = { subject: 'sub', scopes: 'scope', roles: 'roles', tier: undefined };

function token(claims: Record<string, unknown>, kind: 'jwt' | 'opaqueToken' = 'jwt'): Identity {
  return toTokenIdentity(claims, mapping, { kind, issuer: 'a', digest: 'd' });
}
const key = (id: string, createdSeconds: number): Identity => ({
  ...anonymous,
  kind: 'apiKey',
  subject: 'ada',
  claims: { client_id: 'ada', key_id: id, iat: createdSeconds },
});
const certificate = (fingerprint: string, alternativeNames: readonly string[] = []) =>
  toCertificateIdentity({ subject: 'ada', alternativeNames, fingerprint }, undefined);

const keyId = '4f1c09a2b3d7';
const print = 'ab'.repeat(32);

async function start() {
  const { log, lines } = createRecordingLogger();
  const store = new MemoryRecordStore(new RecordTable(() => nowMs));
  await store.open();
  const revocations = createRevocations(store, log);
  const record = (value: unknown, id: string): StoredRecord => ({
    kind: 'revocation',
    id,
    value,
    expiresAtMs: undefined,
  });
  return {
    lines,
    store,
    revocations,
    /** As the admin port does it. */
    revoke: (value: unknown, id = 'r') => store.put(revocationShape.accept(record(value, id), undefined, nowMs)),
    [Symbol.dispose]: () => store.close(),
  };
}

describe('revocations', () => {
  const old = { iat: nowSeconds - 10, iss: 'a', sub: 'ada', jti: '1' };
  it.each<[name: string, revocation: unknown, revoked: readonly Identity[], kept: readonly Identity[]]>([
    [
      'a token of any issuer',
      { tokenId: '1' },
      [token(old), token({ jti: '1' }), token(old, 'opaqueToken')],
      [token({ jti: '2', sub: '1' }), token({ sub: 'ada' }), token({ jti: 1 }), { ...key('1', 0), subject: '1' }],
    ],
    [
      'a token of one issuer',
      { tokenId: '1', issuer: 'a' },
      [token(old)],
      [token({ ...old, iss: 'b' }), token({ jti: '1' })],
    ],
    [
      'a subject, so that it can sign in anew',
      { subject: 'ada' },
      [
        token(old),
        token({ sub: 'ada' }),
        token({ ...old, iat: nowSeconds }),
        key(keyId, nowSeconds),
        certificate(print),
      ],
      [token({ ...old, iat: nowSeconds + 1 }), key(keyId, nowSeconds + 1), token({ sub: 'bob', iat: 0 }), anonymous],
    ],
    [
      'a subject of one issuer',
      { subject: 'ada', issuer: 'a' },
      [token(old)],
      [token({ ...old, iss: 'b' }), key(keyId, 0), certificate(print)],
    ],
    [
      'a subject until a time',
      { subject: 'ada', issuedBefore: new Date((nowSeconds - 5) * 1_000).toISOString() },
      [token(old)],
      [token({ ...old, iat: nowSeconds - 5 })],
    ],
    ['an API key', { key: keyId }, [key(keyId, nowSeconds + 100)], [key('aaaaaaaaaaaa', 0), token({ key_id: keyId })]],
    [
      'a certificate',
      { fingerprint: print },
      [certificate(print)],
      [certificate('cd'.repeat(32)), token({ fingerprint: print })],
    ],
    [
      'a certificate by its URI',
      { subject: 'spiffe://shop' },
      [certificate(print, ['URI:spiffe://shop'])],
      [certificate(print)],
    ],
  ])('take back %s', async (_name, revocation, revoked, kept) => {
    using subject = await start();
    const { isRevoked } = subject.revocations;
    expect([...revoked, ...kept].map(isRevoked)).not.toContain(true);
    await subject.revoke(revocation);
    expect(revoked.map(isRevoked)).toEqual(revoked.map(() => true));
    expect(kept.map(isRevoked)).toEqual(kept.map(() => false));
    await subject.store.remove('revocation', 'r');
    expect(revoked.map(isRevoked)).not.toContain(true);
  });

  it('hold together: of several for one subject the latest counts, of any issuer or of one', async () => {
    using subject = await start();
    const at = (seconds: number) => new Date((nowSeconds + seconds) * 1_000).toISOString();
    await subject.revoke({ subject: 'ada', issuedBefore: at(-100) }, 'a');
    await subject.revoke({ subject: 'ada', issuedBefore: at(-50) }, 'b');
    await subject.revoke({ subject: 'ada', issuedBefore: at(-75) }, 'c');
    await subject.revoke({ subject: 'ada', issuer: 'a', issuedBefore: at(-20) }, 'd');
    const isRevoked = (iss: string, seconds: number) =>
      subject.revocations.isRevoked(token({ sub: 'ada', iss, iat: nowSeconds + seconds }));
    expect([isRevoked('a', -21), isRevoked('a', -20), isRevoked('b', -51), isRevoked('b', -50)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('leave out what cannot be read, and end with their store', async () => {
    using subject = await start();
    await subject.store.put({ kind: 'revocation', id: 'r', value: { subjekt: 'ada' }, expiresAtMs: undefined });
    expect(subject.revocations.isRevoked(token(old))).toBe(false);
    expect(subject.lines).toMatchObject([{ level: 'warn', fields: { id: 'r' } }]);
    subject.revocations.close();
    await subject.revoke({ subject: 'ada' });
    expect(subject.revocations.isRevoked(token(old))).toBe(false);
  });

  it('are refused when they name nothing, or several things', async () => {
    using subject = await start();
    const bad = [undefined, null, {}, { subject: '' }, { key: 'x' }, { fingerprint: print.toUpperCase() }];
    const worse = [
      { key: keyId, issuer: 'a' },
      { subject: 'a', tokenId: 'b' },
      { subject: 'a', issuedBefore: 'today' },
    ];
    for (const value of [...bad, ...worse])
      expect(() => subject.revoke(value), JSON.stringify(value)).toThrow(/^A revocation names a tokenId or a subject/);
  });

  it('have one id for each target, whenever it is revoked', () => {
    const ids = [{ subject: 'a' }, { subject: 'a', issuer: 'b' }, { tokenId: 'a', issuer: 'b' }, { key: keyId }].map(
      revocationIdOf,
    );
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
    expect(revocationIdOf({ issuer: 'b', subject: 'a', issuedBefore: '2030-01-01T00:00:00Z' })).toBe(ids[1]);
  });
});
