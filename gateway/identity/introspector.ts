import { LRUCache } from 'lru-cache';
import { toShownUrl } from '../../schema/supergraph/to-shown-url.ts';
import type { IntrospectionConfig } from '../config/identity.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type Claims, toTokenIdentity } from './claims.ts';
import type { Identity } from './identity.ts';
import type { IssuerClient } from './issuer-client.ts';
import { NotAccepted } from './not-accepted.ts';
import { notVerifiable } from './not-verifiable.ts';

export interface IntrospectorParts {
  readonly client: IssuerClient;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Made-up tokens must neither flood the endpoint nor push out what is known. */
const mostInFlight = 64;
const mostRefused = 1_000;

/** Asks about opaque tokens (https://www.rfc-editor.org/rfc/rfc7662). */
export class Introspector {
  readonly #config: IntrospectionConfig;
  readonly #parts: IntrospectorParts;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #inFlight = new Map<string, Promise<Identity>>();
  /** Digests of tokens that were not accepted, with the time until when that counts. */
  readonly #refused = new LRUCache<string, number>({ max: mostRefused });
  #failing = false;

  constructor(config: IntrospectionConfig, parts: IntrospectorParts) {
    this.#config = config;
    this.#parts = parts;
    // Form encoding before Base64: https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
    const [id, secret] = [config.clientId, config.clientSecret].map((text) => encodeURIComponent(text));
    this.#headers = {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    };
  }

  /**
   * Who a token is of; `digest` is its SHA-256. The same token is asked about once at a time.
   * @throws NotAccepted when it is not active
   * @throws GatewayError `OVERLOADED` when nobody can be asked
   */
  verify(token: string, digest: string): Promise<Identity> {
    const refusedUntilMs = this.#refused.get(digest) ?? 0;
    if (this.#parts.now() < refusedUntilMs) throw new NotAccepted('The token was not accepted a moment ago.');
    const asked = this.#inFlight.get(digest);
    if (asked !== undefined) return asked;
    if (this.#inFlight.size >= mostInFlight) throw notVerifiable(new Error('Too many tokens are being asked about.'));
    const asking = this.#ask(token, digest);
    this.#inFlight.set(digest, asking);
    return asking;
  }

  async #ask(token: string, digest: string): Promise<Identity> {
    try {
      return this.#toIdentity(await this.#introspect(token), digest);
    } catch (error) {
      if (error instanceof NotAccepted) this.#refused.set(digest, this.#parts.now() + this.#config.cacheFor);
      throw error;
    } finally {
      this.#inFlight.delete(digest);
    }
  }

  async #introspect(token: string): Promise<Claims> {
    const { url, timeout } = this.#config;
    const { client, log } = this.#parts;
    try {
      const body = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString();
      const answer = await client.ask({ url, timeoutMs: timeout, headers: this.#headers, body });
      if (!isClaims(answer) || typeof answer['active'] !== 'boolean')
        throw new Error('Its answer does not say "active".');
      this.#failing = false;
      return answer;
    } catch (error) {
      if (!this.#failing) log.error('Tokens cannot be introspected.', { url: toShownUrl(url), error });
      this.#failing = true;
      throw notVerifiable(error);
    }
  }

  #toIdentity(claims: Claims, digest: string): Identity {
    const { audience, url } = this.#config;
    const { active, exp, nbf, aud, iss } = claims;
    const nowSeconds = this.#parts.now() / 1_000;
    if (active !== true) throw new NotAccepted('The token is not active.');
    if (exp !== undefined && !(typeof exp === 'number' && exp > nowSeconds)) throw new NotAccepted('It has expired.');
    if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSeconds))
      throw new NotAccepted('It is not valid yet.');
    const wanted = audience === undefined ? undefined : [audience].flat();
    if (wanted !== undefined && ![aud].flat().some((name) => wanted.some((one) => one === name))) {
      throw new NotAccepted('It is for another audience.');
    }
    const issuer = typeof iss === 'string' ? iss : url;
    return toTokenIdentity(claims, this.#config, { kind: 'opaqueToken', issuer, digest });
  }
}

function isClaims(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
