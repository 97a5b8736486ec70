import type { IdentityConfig } from '../config/identity.ts';
import { anonymous, type Identity } from './identity.ts';
import { NotAccepted } from './not-accepted.ts';
import type { Revocations } from './revocations.ts';

/** Who is known by one kind of credentials, where a request brings them. */
export type Known = Identity | undefined;

/**
 * Says who asks, by what its credentials prove, each kind for itself.
 * @throws NotAccepted when they disagree, count no more, or are missing
 */
export type Judge = (byToken: Known, byKey: Known, byCertificate: Known) => Identity;

/** Builds the judge of a configuration. */
export function createJudge(
  config: Pick<IdentityConfig, 'anonymous'>,
  revocations: Pick<Revocations, 'isRevoked'> | undefined,
): Judge {
  const assertNotRevoked = (known: Known) => {
    if (known === undefined || revocations?.isRevoked(known) !== true) return;
    throw new NotAccepted('They were revoked.');
  };
  return (byToken, byKey, byCertificate) => {
    if (byToken !== undefined && byKey !== undefined && !isOfClient(byToken, byKey)) {
      throw new NotAccepted('The token and the API key are of different clients.');
    }
    const identity = byToken ?? byKey ?? byCertificate;
    if (identity === undefined && !config.anonymous) throw new NotAccepted('There are no credentials.');
    assertNotRevoked(byToken);
    assertNotRevoked(byKey);
    assertNotRevoked(byCertificate);
    return identity ?? anonymous;
  };
}

/** Whether a token was issued to the client that an API key is of, by the names that issuers use for it. */
function isOfClient({ subject, claims }: Identity, { subject: client }: Identity): boolean {
  return [subject, claims['client_id'], claims['azp']].includes(client);
}
