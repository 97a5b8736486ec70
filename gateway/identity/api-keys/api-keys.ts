import { timingSafeEqual } from 'node:crypto';
import { readTextFile } from '../../config/read-text-file.ts';
import { watchFiles } from '../../config/watch-files.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { toClaims } from '../claims.ts';
import type { Identity } from '../identity.ts';
import { NotAccepted } from '../not-accepted.ts';
import { notVerifiable } from '../not-verifiable.ts';
import { type ApiKey, keyFileMaxBytes, parseKeyFile } from './key-file.ts';
import { digestOf, keyIdOf } from './key-text.ts';

export interface ApiKeysParts {
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The API keys of a file, read again when it changes. A file that cannot be read any more leaves the keys as they were. */
export class ApiKeys {
  readonly #file: string;
  readonly #parts: ApiKeysParts;
  readonly #watcher: { readonly close: () => void };
  #keys: ReadonlyMap<string, ApiKey> | undefined;
  #loading: Promise<void>;

  constructor(file: string, parts: ApiKeysParts) {
    this.#file = file;
    this.#parts = parts;
    this.#loading = this.#load();
    this.#watcher = watchFiles([file], () => {
      this.#loading = this.#loading.then(() => this.#load());
    });
  }

  /**
   * Whose a key is.
   * @throws NotAccepted when it does not count
   * @throws GatewayError `OVERLOADED` when the file could never be read
   */
  async verify(text: string): Promise<Identity> {
    if (this.#keys === undefined) await this.#loading;
    if (this.#keys === undefined) throw notVerifiable(new Error('The file of API keys cannot be read.'));
    const key = this.#keys.get(keyIdOf(text) ?? '');
    if (key === undefined) throw new NotAccepted('There is no such API key.');
    const expiresAtMs = this.#endOf(key, digestOf(text));
    if (expiresAtMs !== undefined && expiresAtMs <= this.#parts.now())
      throw new NotAccepted('The API key has expired.');
    return toIdentity(key, expiresAtMs);
  }

  close(): void {
    this.#watcher.close();
  }

  /** When a key ends, which for a rotated one depends on which of its two secrets was sent. */
  #endOf({ sha256, former, expiresAt }: ApiKey, digest: Buffer): number | undefined {
    const isFormer = former !== undefined && timingSafeEqual(Buffer.from(former.sha256, 'hex'), digest);
    const isCurrent = timingSafeEqual(Buffer.from(sha256, 'hex'), digest);
    if (!isFormer && !isCurrent) throw new NotAccepted('The secret of the API key is wrong.');
    const ends = [expiresAt, isFormer ? former.expiresAt : undefined].filter((end) => end !== undefined);
    return ends.length === 0 ? undefined : Math.min(...ends.map((end) => Date.parse(end)));
  }

  async #load(): Promise<void> {
    const { log } = this.#parts;
    const file = this.#file;
    const read = await readTextFile(file, keyFileMaxBytes);
    try {
      if (read.kind === 'failed') throw new Error(`The file ${read.reason}.`);
      this.#keys = new Map(parseKeyFile(read.text).map((key) => [key.id, key]));
      log.info('API keys were read.', { file, keys: this.#keys.size });
    } catch (error) {
      log.error('API keys cannot be read; the former ones stay.', { file, error });
    }
  }
}

function toIdentity({ id, client, scopes, tier }: ApiKey, expiresAtMs: number | undefined): Identity {
  return {
    kind: 'apiKey',
    key: `apiKey:${id}`,
    subject: client,
    scopes: new Set(scopes),
    roles: new Set(),
    tier,
    claims: toClaims({ client_id: client, key_id: id }),
    expiresAtMs,
  };
}
