import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import { recheckIdentity } from '../../../gateway/identity/recheck-identity.ts';

const known = { key: 'token:ada', expiresAtMs: 10_000 };

describe('credentials that are looked at again', () => {
  it('count as long as they are the same and have not ended', async () => {
    expect(await recheckIdentity(() => known, known, 9_999)).toBeUndefined();
    const nobody = { key: undefined, expiresAtMs: undefined };
    expect(await recheckIdentity(async () => nobody, nobody, 9_999)).toBeUndefined();
  });

  it('count when they cannot be verified at the moment, until they end', async () => {
    const unverifiable = async () => {
      throw new GatewayError('OVERLOADED', 'Not now.');
    };
    expect(await recheckIdentity(unverifiable, known, 9_999)).toBeUndefined();
    expect(await recheckIdentity(unverifiable, known, 10_000)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each<[string, () => typeof known]>([
    [
      'are refused',
      () => {
        throw new GatewayError('UNAUTHENTICATED', 'Revoked.');
      },
    ],
    ['are of somebody else', () => ({ ...known, key: 'token:bob' })],
  ])('count no more when they %s', async (_, identifyAnew) => {
    expect(await recheckIdentity(identifyAnew, known, 0)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('are not judged by a fault', async () => {
    const broken = () => Promise.reject(new TypeError('A fault.'));
    await expect(recheckIdentity(broken, known, 0)).rejects.toThrow('A fault.');
  });
});
