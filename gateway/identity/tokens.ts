import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { IdentityConfig } from '../config/identity.ts';
import type { Identity } from './identity.ts';
import { Introspector, type IntrospectorParts } from './introspector.ts';
import { isJwt, JwtVerifier } from './jwt/jwt-verifier.ts';
import { assertToken } from './read-token.ts';

interface Verified {
  readonly identity: Identity;
  readonly untilMs: number;
}

/** Verifies tokens and remembers those that are good, by digest. */
export class Tokens {
  readonly #jwts: JwtVerifier;
  readonly #introspector: Introspector | undefined;
  readonly #verified: LRUCache<string, Verified>;
  readonly #jwtMaxAgeMs: number;
  readonly #opaqueMaxAgeMs: number;
  readonly #now: () => number;

  constructor({ jwt, introspection, cache }: IdentityConfig, parts: IntrospectorParts) {
    this.#jwts = new JwtVerifier(jwt, parts);
    this.#introspector = introspection === undefined ? undefined : new Introspector(introspection, parts);
    this.#verified = new LRUCache({ max: cache.entries });
    this.#jwtMaxAgeMs = cache.maxAge;
    this.#opaqueMaxAgeMs = introspection?.cacheFor ?? 0;
    this.#now = parts.now;
  }

  /**
   * Who a token is of, at once when it was verified before.
   * @throws NotAccepted when it does not count
   * @throws GatewayError `OVERLOADED` when it cannot be verified at the moment
   */
  verify(token: string): Identity | Promise<Identity> {
    const digest = hash('sha256', token, 'base64url');
    const known = this.#verified.get(digest);
    return known !== undefined && this.#now() < known.untilMs ? known.identity : this.#verifyAnew(token, digest);
  }

  async #verifyAnew(token: string, digest: string): Promise<Identity> {
    assertToken(token);
    const identity = await this.#ask(token, digest);
    const maxAgeMs = identity.kind === 'jwt' ? this.#jwtMaxAgeMs : this.#opaqueMaxAgeMs;
    const untilMs = Math.min(this.#now() + maxAgeMs, identity.expiresAtMs ?? Number.POSITIVE_INFINITY);
    this.#verified.set(digest, { identity, untilMs });
    return identity;
  }

  #ask(token: string, digest: string): Promise<Identity> {
    if (this.#introspector !== undefined && !(this.#jwts.hasIssuers && isJwt(token))) {
      return this.#introspector.verify(token, digest);
    }
    return this.#jwts.verify(token, digest);
  }
}
