import { randomBytes } from 'node:crypto';
import type { Author, Token } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Registry } from '../registry.ts';
import { createSecret, digestOf } from './token-secret.ts';

/** What a new token is to be. */
export type TokenRequest = Pick<Token, 'name' | 'role' | 'teams' | 'variants' | 'expiresAt'>;

/**
 * Makes a token; its secret is given this once and kept nowhere.
 * @throws Refusal `BAD_REQUEST` for one that could never be used, or never for what it says
 */
export async function createToken(
  registry: Pick<Registry, 'store' | 'now'>,
  author: Author,
  request: TokenRequest,
  secret = createSecret(),
): Promise<{ readonly token: Token; readonly secret: string }> {
  const now = registry.now();
  assertUsable(request, now);
  const { name, role, teams, variants, expiresAt } = request;
  const id = randomBytes(9).toString('base64url');
  const token: Token = { id, name, role, teams, variants, expiresAt, createdAt: now, revokedAt: undefined };
  const details = { token: id, name, role, teams, variants, expiresAt };
  await registry.store.createToken(token, digestOf(secret), {
    audit: { at: now, author, action: 'token.create', ref: undefined, details },
  });
  return { token, secret };
}

/**
 * Takes a token back.
 * @throws Refusal `NOT_FOUND`
 */
export async function revokeToken(
  registry: Pick<Registry, 'store' | 'now'>,
  author: Author,
  id: string,
): Promise<void> {
  const at = registry.now();
  const revoked = await registry.store.revokeToken(id, at, {
    audit: { at, author, action: 'token.revoke', ref: undefined, details: { token: id } },
  });
  if (!revoked) throw new Refusal('NOT_FOUND', 'There is no token of this id that could be revoked.');
}

function assertUsable({ role, teams, variants, expiresAt }: TokenRequest, now: number): void {
  const problem =
    role === 'publisher' && teams.length === 0
      ? 'A publisher needs teams whose subgraphs it may publish'
      : role !== 'publisher' && teams.length > 0
        ? 'Only publishers have teams'
        : role === 'admin' && variants.length > 0
          ? 'An admin is for all variants'
          : (expiresAt ?? Number.POSITIVE_INFINITY) <= now
            ? 'It would have expired already: expiresAt must lie ahead'
            : undefined;
  if (problem !== undefined) throw new Refusal('BAD_REQUEST', `${problem}.`);
}
