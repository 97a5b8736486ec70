import type { Author, Token } from '../model.ts';
import type { Registry } from '../registry.ts';
import { digestOf } from './token-secret.ts';
import { createToken, revokeToken } from './tokens.ts';

const starter: Author = { token: undefined, name: 'registry' };
const givenName = 'OVERLOCK_ADMIN_TOKEN';

type TokenKeeper = Pick<Registry, 'store' | 'now'>;

/**
 * Sees to it that somebody can administer the registry. `given` is the operator's own secret: it counts, and the one that was given
 * before does not any more. Without it a secret is made at the first start; resolves with what must be shown then.
 * @throws Error with a sentence for the operator when `given` may not be used
 */
export async function ensureAdmin(registry: TokenKeeper, given: string | undefined): Promise<string | undefined> {
  let shown: string | undefined;
  // Two that start at once on an empty database would both make one.
  await registry.store.withLease('first-admin', async () => {
    const admins = (await registry.store.listTokens()).filter((token) => isUsableAdmin(token, registry.now()));
    if (given !== undefined) await takeGiven(registry, given, admins);
    else if (admins.length === 0)
      shown = (await createToken(registry, starter, { ...admin, name: 'first admin' })).secret;
  });
  return shown;
}

const admin = { role: 'admin', teams: [], variants: [], expiresAt: undefined } as const;

async function takeGiven(registry: TokenKeeper, secret: string, admins: readonly Token[]): Promise<void> {
  const known = await registry.store.findToken(digestOf(secret));
  if (known !== undefined && !isUsableAdmin(known, registry.now())) {
    throw new Error(`The token in ${givenName} was revoked, has expired or is no admin's. Set it to another secret.`);
  }
  for (const { id, name } of admins) {
    if (name === givenName && id !== known?.id) await revokeToken(registry, starter, id);
  }
  if (known === undefined) await createToken(registry, starter, { ...admin, name: givenName }, secret);
}

function isUsableAdmin({ role, expiresAt, revokedAt }: Token, now: number): boolean {
  return role === 'admin' && revokedAt === undefined && (expiresAt ?? Number.POSITIVE_INFINITY) > now;
}
