import { hash } from 'node:crypto';
import type { CertificateRule } from '../config/identity.ts';
import { toClaims } from './claims.ts';
import type { ClientCertificate, Identity } from './identity.ts';
import { NotAccepted } from './not-accepted.ts';

/** Reads the identities that client certificates prove, each once as long as its connection lasts; see {@link toCertificateIdentity}. */
export function createCertificateReader(
  rules: readonly CertificateRule[] | undefined,
): (certificate: ClientCertificate) => Identity {
  const known = new WeakMap<ClientCertificate, Identity>();
  return (certificate) => {
    const identity = known.get(certificate) ?? toCertificateIdentity(certificate, rules);
    known.set(certificate, identity);
    return identity;
  };
}

/**
 * The identity that a client certificate proves. Its subject is the certificate's first URI, as SPIFFE has it
 * (https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md), else its common name.
 * @throws NotAccepted when rules are given and none is for it
 */
export function toCertificateIdentity(
  { subject, alternativeNames, fingerprint }: ClientCertificate,
  rules: readonly CertificateRule[] | undefined,
): Identity {
  const names = [`CN:${subject}`, ...alternativeNames];
  const rule = rules?.find(({ name }) => names.some((candidate) => fits(candidate, name)));
  if (rules !== undefined && rule === undefined) throw new NotAccepted('No rule is for the certificate.');
  const uri = alternativeNames.find((name) => name.startsWith('URI:'))?.slice('URI:'.length);
  return {
    kind: 'certificate',
    // Of the names and not of the certificate itself, which is another one after each renewal.
    key: `certificate:${hash('sha256', JSON.stringify([subject, alternativeNames.toSorted()]), 'base64url')}`,
    subject: uri ?? (subject === '' ? alternativeNames[0] : subject),
    scopes: new Set(rule?.scopes),
    roles: new Set(rule?.roles),
    tier: rule?.tier,
    claims: toClaims({ subject, alternativeNames, fingerprint }),
    expiresAtMs: undefined,
  };
}

function fits(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
