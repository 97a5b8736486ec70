import { timingSafeEqual } from 'node:crypto';
import { toClaims } from '../claims.ts';
import type { Identity } from '../identity.ts';
import { NotAccepted } from '../not-accepted.ts';
import { notVerifiable } from '../not-verifiable.ts';
import type { ApiKey } from './key-file.ts';
import type { KeySource } from './key-source.ts';
import { digestOf, keyIdOf } from './key-text.ts';

/** Verifies API keys. */
export class ApiKeys {
  readonly #source: KeySource;
  readonly #now: () => number;
  /** What is worked out for an identity is kept with it. */
  readonly #identities = new WeakMap<ApiKey, Identity>();

  /** @param now in milliseconds since the epoch */
  constructor(source: KeySource, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  /**
   * Whose a key is, at once when the keys have been read.
   * @throws NotAccepted when it does not count
   * @throws GatewayError `OVERLOADED` when the keys could never be read
   */
  verify(text: string): Identity | Promise<Identity> {
    const { keys, tried } = this.#source;
    const known = keys();
    return known === undefined ? tried.then(() => this.#find(text, keys())) : this.#find(text, known);
  }

  #find(text: string, known: ReturnType<KeySource['keys']>): Identity {
    if (known === undefined) throw notVerifiable(new Error('API keys cannot be read.'));
    const key = known.get(keyIdOf(text) ?? '');
    if (key === undefined) throw new NotAccepted('There is no such API key.');
    const expiresAtMs = this.#endOf(key, digestOf(text));
    if (expiresAtMs !== undefined && expiresAtMs <= this.#now()) throw new NotAccepted('The API key has expired.');
    return this.#identityOf(key, expiresAtMs);
  }

  #identityOf(key: ApiKey, expiresAtMs: number | undefined): Identity {
    const known = this.#identities.get(key);
    if (known !== undefined && known.expiresAtMs === expiresAtMs) return known;
    const identity = toIdentity(key, expiresAtMs);
    this.#identities.set(key, identity);
    return identity;
  }

  close(): void {
    this.#source.close();
  }

  /** When a key ends, which for a rotated one depends on which of its two secrets was sent. */
  #endOf({ sha256, former, expiresAt }: ApiKey, digest: Buffer): number | undefined {
    const isFormer = former !== undefined && timingSafeEqual(Buffer.from(former.sha256, 'hex'), digest);
    const isCurrent = timingSafeEqual(Buffer.from(sha256, 'hex'), digest);
    if (!isFormer && !isCurrent) throw new NotAccepted('The secret of the API key is wrong.');
    const ends = [expiresAt, isFormer ? former.expiresAt : undefined].filter((end) => end !== undefined);
    return ends.length === 0 ? undefined : Math.min(...ends.map((end) => Date.parse(end)));
  }
}

function toIdentity({ id, client, scopes, tier, createdAt }: ApiKey, expiresAtMs: number | undefined): Identity {
  return {
    kind: 'apiKey',
    key: `apiKey:${id}`,
    subject: client,
    scopes: new Set(scopes),
    roles: new Set(),
    tier,
    claims: toClaims({ client_id: client, key_id: id, iat: Math.floor(Date.parse(createdAt) / 1_000) }),
    expiresAtMs,
  };
}
