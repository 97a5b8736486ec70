import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import type { IssuerConfig } from '../../config/identity.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { IssuerClient } from '../issuer-client.ts';
import { RemoteKeys } from './remote-keys.ts';

interface FindKeyParts {
  readonly client: IssuerClient;
  readonly log: Logger;
  readonly now: () => number;
}

/** Finds the key of an issuer for a token, wherever the configuration says that its keys are. */
export function createFindKey(config: IssuerConfig, { client, log, now }: FindKeyParts): JWTVerifyGetKey {
  const { issuer, jwks, keys, secret } = config;
  if (jwks !== undefined) {
    const { maxAge, maxStale, cooldown, timeout } = config;
    const remote = new RemoteKeys({
      issuer,
      url: jwks,
      maxAgeMs: maxAge,
      maxStaleMs: maxStale,
      cooldownMs: cooldown,
      timeoutMs: timeout,
      client,
      log,
      now,
    });
    void remote.refresh();
    return remote.find;
  }
  if (keys !== undefined) {
    const find = createLocalJWKSet({ keys: [...keys.keys] });
    // PEM has no place for the name of a key, and issuers put it into their tokens nevertheless.
    const isNamed = keys.keys.some(({ kid }) => kid !== undefined);
    return isNamed ? find : ({ alg }, token) => find({ alg }, { payload: token.payload, signature: token.signature });
  }
  const bytes = new TextEncoder().encode(secret);
  return async () => bytes;
}
