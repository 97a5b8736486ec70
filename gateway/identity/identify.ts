import type { IdentityConfig } from '../config/identity.ts';
import { GatewayError } from '../errors.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ApiKeys } from './api-keys/api-keys.ts';
import { createFileKeys } from './api-keys/file-keys.ts';
import type { KeySource } from './api-keys/key-source.ts';
import { createStoredKeys } from './api-keys/stored-keys.ts';
import { createCertificateReader } from './certificate-identity.ts';
import type { Credentials, Identify, Identity } from './identity.ts';
import { IssuerClient } from './issuer-client.ts';
import { createJudge, type Known } from './judge.ts';
import { NotAccepted } from './not-accepted.ts';
import { readToken } from './read-token.ts';
import type { Revocations } from './revocations.ts';
import { Tokens } from './tokens.ts';

export interface IdentifyParts {
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Without it credentials count until they end. */
  readonly revocations?: Pick<Revocations, 'isRevoked'> | undefined;
  /** Where API keys are kept when the configuration says that they are in the store. */
  readonly records?: Pick<RecordStore, 'follow'> | undefined;
}

export interface Identifier {
  readonly identify: Identify;
  /** Lets requests to issuers end and stops watching files. */
  readonly close: () => Promise<void>;
}

/** Builds `identify`: it begins to fetch keys at once, and never waits for anything but the credentials it is asked about. */
export function createIdentify(config: IdentityConfig, { log, now, revocations, records }: IdentifyParts): Identifier {
  const client = new IssuerClient();
  const takesTokens = config.jwt.length > 0 || config.introspection !== undefined;
  const tokens = takesTokens ? new Tokens(config, { client, log, now }) : undefined;
  const keySource = config.apiKeys && createKeySource(config.apiKeys, { log, records });
  const apiKeys = keySource && new ApiKeys(keySource, now);
  const identityOf = createCertificateReader(config.certificates);
  const judge = createJudge(config, revocations);
  const challenge = challengeOf(config, takesTokens);

  /** Waits only for what somebody has to be asked for: nearly all credentials have been verified before. */
  const readIdentity = ({ headers, certificate }: Credentials): Identity | Promise<Identity> => {
    const token = tokens === undefined ? undefined : readToken(headers, config.token);
    const key = config.apiKeys === undefined ? undefined : headers.get(config.apiKeys.header);
    const byCertificate = certificate && identityOf(certificate);
    const byKey = key === undefined ? undefined : apiKeys?.verify(key);
    if (byKey instanceof Promise) return verifyLater(token, byKey, byCertificate);
    const byToken = token === undefined ? undefined : tokens?.verify(token);
    return byToken instanceof Promise
      ? judgeLater(byToken, byKey, byCertificate)
      : judge(byToken, byKey, byCertificate);
  };

  const verifyLater = async (token: string | undefined, byKey: Promise<Identity>, byCertificate: Known) => {
    const key = await byKey;
    return judgeLater(token === undefined ? undefined : tokens?.verify(token), key, byCertificate);
  };

  const judgeLater = async (byToken: Known | Promise<Identity>, byKey: Known, byCertificate: Known) =>
    judge(await byToken, byKey, byCertificate);

  const refuse = async (error: unknown): Promise<never> => {
    if (!(error instanceof NotAccepted)) throw error;
    log.debug('Credentials were not accepted.', { reason: error.message });
    throw new GatewayError('UNAUTHENTICATED', 'Credentials are missing or not accepted. Sign in and try again.', {
      cause: error,
      headers: { 'www-authenticate': challenge },
    });
  };

  return {
    identify(credentials) {
      try {
        const identity = readIdentity(credentials);
        return identity instanceof Promise ? identity.catch(refuse) : identity;
      } catch (error) {
        return refuse(error);
      }
    },
    async close() {
      apiKeys?.close();
      await client.close();
    },
  };
}

function createKeySource(
  { file }: NonNullable<IdentityConfig['apiKeys']>,
  { log, records }: Pick<IdentifyParts, 'log' | 'records'>,
): KeySource {
  if (file !== undefined) return createFileKeys(file, log);
  if (records === undefined) throw new TypeError('API keys of a store need a store.');
  return createStoredKeys(records, log);
}

/** What a client should have sent (https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1), the same whatever is wrong. */
function challengeOf({ token, apiKeys }: IdentityConfig, takesTokens: boolean): string {
  const scheme = !takesTokens && apiKeys !== undefined ? 'ApiKey' : token.prefix || 'Bearer';
  return `${scheme} realm="graphql"`;
}
