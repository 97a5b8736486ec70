import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Logger } from '../../telemetry/logger.ts';
import type { IssuerClient } from '../issuer-client.ts';
import { notVerifiable } from '../not-verifiable.ts';

export interface RemoteKeysOptions {
  readonly issuer: string;
  readonly url: string;
  /** How long keys are used before they are asked for again. */
  readonly maxAgeMs: number;
  /** How long they are used when they cannot be had again. */
  readonly maxStaleMs: number;
  /** Least time between two requests for keys. */
  readonly cooldownMs: number;
  readonly timeoutMs: number;
  readonly client: IssuerClient;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Renewed in the background from then on, so that no request waits for keys as long as the issuer answers. */
const renewedAtShareOfAge = 0.8;
/** Without any keys nobody can be served, so an issuer that came up late is asked sooner. */
const cooldownWithoutKeysMs = 1_000;
const mostKeys = 100;

/** The public keys of an issuer, kept and renewed. */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  #keys: JWTVerifyGetKey | undefined;
  #text = '';
  #fetchedAtMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #failing = false;
  #pending: Promise<void> | undefined;

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
  }

  /**
   * The key that a token says it is signed with. Nothing but `alg` and `kid` of its header is heeded, and no key or URL in it.
   * @throws JOSEError when there is no such key
   * @throws GatewayError `OVERLOADED` when there are no keys because the issuer cannot be asked
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    await this.#renew();
    try {
      return await this.#current()(header, token);
    } catch (error) {
      const isUnknown = error instanceof errors.JWKSNoMatchingKey;
      if (!isUnknown || !(this.#pending !== undefined || this.#mayAsk())) throw error;
      await this.refresh();
      return await this.#current()(header, token);
    }
  };

  /** Asks for the keys now, once however many wait for them. Never rejects: when they cannot be had, the former stay. */
  refresh(): Promise<void> {
    this.#pending ??= this.#ask().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #renew(): Promise<void> {
    const { now, maxAgeMs } = this.#options;
    const ageMs = now() - this.#fetchedAtMs;
    if (ageMs < maxAgeMs * renewedAtShareOfAge) return;
    const refreshed = this.#pending ?? (this.#mayAsk() ? this.refresh() : undefined);
    // While the issuer is known to be down, nobody waits for it who can be served with the keys that are there.
    const canWait = this.#usable() === undefined || (ageMs >= maxAgeMs && !this.#failing);
    if (canWait) await refreshed;
  }

  #mayAsk(): boolean {
    const { now, cooldownMs } = this.#options;
    const pauseMs = this.#usable() === undefined ? Math.min(cooldownMs, cooldownWithoutKeysMs) : cooldownMs;
    return now() - this.#askedAtMs >= pauseMs;
  }

  #current(): JWTVerifyGetKey {
    const keys = this.#usable();
    if (keys === undefined) throw notVerifiable(new Error('The keys of the issuer cannot be had.'));
    return keys;
  }

  /** The keys, unless they are too old even for an outage. */
  #usable(): JWTVerifyGetKey | undefined {
    const { now, maxAgeMs, maxStaleMs } = this.#options;
    return now() - this.#fetchedAtMs <= Math.max(maxAgeMs, maxStaleMs) ? this.#keys : undefined;
  }

  async #ask(): Promise<void> {
    const { client, url, timeoutMs, now, log, issuer } = this.#options;
    this.#askedAtMs = now();
    try {
      const set = toKeySet(await client.ask({ url, timeoutMs }));
      const text = JSON.stringify(set);
      // Keys that are as before have been imported already.
      if (text !== this.#text || this.#keys === undefined) this.#keys = createLocalJWKSet(set);
      this.#text = text;
      this.#fetchedAtMs = now();
      if (this.#failing) log.info('The keys of an issuer can be had again.', { issuer });
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        log.error('The keys of an issuer cannot be had; the former stay for a while.', { issuer, error });
      this.#failing = true;
    }
  }
}

function toKeySet(answer: unknown): JSONWebKeySet {
  const keys = typeof answer === 'object' && answer !== null && 'keys' in answer ? answer.keys : undefined;
  if (!Array.isArray(keys)) throw new Error('Its answer is not a JSON Web Key Set.');
  // No issuer means to have no keys: taking it at its word would lock everybody out.
  if (keys.length === 0) throw new Error('Its JSON Web Key Set is empty.');
  if (keys.length > mostKeys) throw new Error(`Its JSON Web Key Set has more than ${mostKeys} keys.`);
  return { keys };
}
