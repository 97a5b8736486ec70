/** Who asks, verified. Built once per request; policies, caches and telemetry read it and never the raw credentials. */
export interface Identity {
  /** How it was verified. */
  readonly kind: 'anonymous' | 'jwt' | 'opaqueToken' | 'apiKey' | 'certificate';
  /**
   * Tells identities apart in limits and caches: equal for the same subject of the same issuer, never equal for two, and never a
   * credential. `undefined` for anonymous.
   */
  readonly key: string | undefined;
  /** The subject as its issuer names it. */
  readonly subject: string | undefined;
  readonly scopes: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  /** The rate-limit tier, when the credentials name one. */
  readonly tier: string | undefined;
  /** Verified claims, for rules; empty for anonymous. No prototype. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** When the credentials end, in milliseconds since the epoch. */
  readonly expiresAtMs: number | undefined;
}

/** Nobody in particular. */
export const anonymous: Identity = {
  kind: 'anonymous',
  key: undefined,
  subject: undefined,
  scopes: new Set(),
  roles: new Set(),
  tier: undefined,
  claims: Object.freeze(Object.create(null)),
  expiresAtMs: undefined,
};

/** What a request brings that may say who asks. */
export interface Credentials {
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** The address of the connection's other end. */
  readonly remoteAddress: string | undefined;
  /** The client's certificate, verified by TLS. */
  readonly certificate: ClientCertificate | undefined;
}

export interface ClientCertificate {
  /** Its subject's common name. */
  readonly subject: string;
  /** Such as `URI:spiffe://example.org/shop` or `DNS:shop.example.org`. */
  readonly alternativeNames: readonly string[];
  /** SHA-256 of the certificate, in hex. */
  readonly fingerprint: string;
}

/**
 * Says who asks, at once when nobody has to be asked for it. Rejects with a GatewayError: UNAUTHENTICATED for credentials that are not
 * accepted, which are never taken for anonymous.
 */
export type Identify = (credentials: Credentials) => Promise<Identity> | Identity;
