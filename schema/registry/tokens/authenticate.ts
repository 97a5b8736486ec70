import type { Token } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { RegistryStore } from '../store/registry-store.ts';
import { digestOf } from './token-secret.ts';

/**
 * The token of an `Authorization: Bearer` header. What is wrong with one that is not accepted is neither said nor shown by the time it takes.
 * @throws Refusal `UNAUTHENTICATED`
 */
export async function authenticate(
  store: Pick<RegistryStore, 'findToken'>,
  authorization: string | undefined,
  now: number,
): Promise<Token> {
  const secret = /^Bearer +(\S{1,512})$/i.exec(authorization ?? '')?.[1];
  const token = await findAccepted(store, digestOf(secret ?? ''), now);
  if (secret !== undefined && token !== undefined) return token;
  throw new Refusal(
    'UNAUTHENTICATED',
    'The token is missing or not accepted. Send one that is neither expired nor revoked as a bearer token.',
  );
}

/** The token of a secret's digest; `undefined` when there is none, or it is expired or revoked. */
export async function findAccepted(
  store: Pick<RegistryStore, 'findToken'>,
  digest: string,
  now: number,
): Promise<Token | undefined> {
  const token = await store.findToken(digest);
  const isExpired = (token?.expiresAt ?? Number.POSITIVE_INFINITY) <= now;
  return isExpired || token?.revokedAt !== undefined ? undefined : token;
}
