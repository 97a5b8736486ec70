import { decodeJwt, decodeProtectedHeader, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { IssuerConfig } from '../../config/identity.ts';
import { GatewayError } from '../../errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { toTokenIdentity } from '../claims.ts';
import type { Identity } from '../identity.ts';
import type { IssuerClient } from '../issuer-client.ts';
import { NotAccepted } from '../not-accepted.ts';
import { createFindKey } from './find-key.ts';

interface Issuer {
  readonly config: IssuerConfig;
  readonly findKey: JWTVerifyGetKey;
}

export interface JwtVerifierParts {
  readonly client: IssuerClient;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Verifies JSON Web Tokens (https://www.rfc-editor.org/rfc/rfc8725) of the configured issuers, each with its own keys only. */
export class JwtVerifier {
  readonly #issuers: ReadonlyMap<unknown, Issuer>;
  readonly #now: () => number;

  constructor(configs: readonly IssuerConfig[], parts: JwtVerifierParts) {
    this.#now = parts.now;
    this.#issuers = new Map(
      configs.map((config) => [config.issuer, { config, findKey: createFindKey(config, parts) }]),
    );
  }

  /** Whether any issuer is configured. */
  get hasIssuers(): boolean {
    return this.#issuers.size > 0;
  }

  /**
   * Who a token is of; `digest` is its SHA-256.
   * @throws NotAccepted when it is not valid in every respect
   * @throws GatewayError `OVERLOADED` when the keys of its issuer cannot be had
   */
  async verify(token: string, digest: string): Promise<Identity> {
    try {
      const { config, findKey } = this.#issuerOf(token);
      const { payload } = await jwtVerify(token, findKey, {
        algorithms: [...config.algorithms],
        issuer: config.issuer,
        audience: config.audience,
        clockTolerance: config.clockTolerance / 1_000,
        requiredClaims: ['exp'],
        currentDate: new Date(this.#now()),
      });
      return toTokenIdentity(payload, config, { kind: 'jwt', issuer: config.issuer, digest });
    } catch (error) {
      if (error instanceof GatewayError || error instanceof NotAccepted) throw error;
      // The library's codes say what is wrong; its messages may one day quote a claim.
      throw new NotAccepted(error instanceof errors.JOSEError ? error.code : 'The token is malformed.');
    }
  }

  #issuerOf(token: string): Issuer {
    const issuer = this.#issuers.get(decodeJwt(token).iss);
    if (issuer === undefined) throw new NotAccepted('The token is of an issuer that is not configured.');
    const { kid } = decodeProtectedHeader(token);
    if (kid !== undefined && typeof kid !== 'string') throw new NotAccepted('The name of the key is not a string.');
    return issuer;
  }
}

/** Whether a token means to be a JWT, valid or not. */
export function isJwt(token: string): boolean {
  try {
    return decodeProtectedHeader(token).alg !== undefined;
  } catch {
    return false;
  }
}
