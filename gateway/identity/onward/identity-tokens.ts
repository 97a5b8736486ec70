import { SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { OnwardJwtConfig } from '../../config/onward.ts';
import type { Identity } from '../identity.ts';
import { claimFor } from './claim-for.ts';
import type { SigningKey } from './parse-signing-keys.ts';

/** Characters of tokens that are kept, and of what they are kept by. */
const cacheMaxLength = 16 * 1024 ** 2;

/** A token lives at least as long: its request may come in the last moment of its credentials. */
const leastLifeMs = 5_000;

/** The part of its life after which a token is not sent any more, as it must still count when it is looked at. */
const usedShare = 0.75;

interface SignedToken {
  readonly token: Promise<string>;
  readonly usedUntilMs: number;
}

export interface IdentityTokensParts {
  /** The key to sign with at the moment. */
  readonly key: () => SigningKey;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Signs JWTs (https://www.rfc-editor.org/rfc/rfc7519) that tell subgraphs who asks, and keeps them until shortly before their end. */
export class IdentityTokens {
  readonly #parts: IdentityTokensParts;
  readonly #signed = new LRUCache<string, SignedToken>({
    maxSize: cacheMaxLength,
    // A token has four thirds of the length of what it says.
    sizeCalculation: (_, said) => 3 * said.length + 500,
  });

  constructor(parts: IdentityTokensParts) {
    this.#parts = parts;
  }

  /** A token that tells a subgraph of an identity. */
  tokenFor(identity: Identity, subgraph: string, config: OnwardJwtConfig): Promise<string> {
    const { kid, algorithm, privateKey } = this.#parts.key();
    const nowMs = this.#parts.now();
    const { expiresAtMs = Infinity } = identity;
    const endsEarly = expiresAtMs < nowMs + config.lifetime;
    const expiresMs = endsEarly ? Math.max(expiresAtMs, nowMs + leastLifeMs) : nowMs + config.lifetime;
    const claims = { ...pickClaims(identity, config.claims), iss: config.issuer, aud: config.audience ?? subgraph };
    // By all that it says: who differs in anything of it never gets the token of another.
    const said = JSON.stringify([kid, config.lifetime, endsEarly && expiresAtMs, claims]);
    const known = this.#signed.get(said);
    if (known !== undefined && nowMs < known.usedUntilMs) return known.token;
    const token = new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
      .setIssuedAt(toSeconds(nowMs))
      .setExpirationTime(toSeconds(expiresMs))
      .sign(privateKey);
    this.#signed.set(said, { token, usedUntilMs: nowMs + (expiresMs - nowMs) * usedShare });
    token.catch(() => this.#signed.delete(said));
    return token;
  }
}

/** Claims by their paths, each where it stood. */
function pickClaims(identity: Identity, paths: readonly string[]): Readonly<Record<string, unknown>> {
  const picked: Record<string, unknown> = Object.create(null);
  for (const path of paths) {
    const found = claimFor(identity, path);
    if (found !== undefined) putAt(picked, found.steps, found.value);
  }
  return picked;
}

function putAt(picked: Record<string, unknown>, [step = '', ...steps]: readonly string[], value: unknown): void {
  if (steps.length === 0) {
    picked[step] = value;
    return;
  }
  // A copy, as what is there may be of the identity itself.
  const inner: Record<string, unknown> = Object.assign(Object.create(null), picked[step]);
  picked[step] = inner;
  putAt(inner, steps, value);
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
