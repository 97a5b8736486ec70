import { filesAt } from '../../config/files-at.ts';
import type { OnwardConfig } from '../../config/onward.ts';
import { readTextFile } from '../../config/read-text-file.ts';
import { watchFiles } from '../../config/watch-files.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { parseSigningKeys, type SigningKey } from './parse-signing-keys.ts';
import { processKey } from './process-key.ts';

const keyFileMaxBytes = 1024 * 1024;

export interface SigningKeysParts {
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long a key that was taken away is still published: what it has signed counts until then. */
  readonly keepMs: number;
}

interface FormerKey {
  readonly key: SigningKey;
  readonly untilMs: number;
}

/** The keys that the gateway signs with, read again when their files change. Files that cannot be used leave them as they were. */
export class SigningKeys {
  readonly #config: Pick<OnwardConfig, 'keys' | 'algorithm'>;
  readonly #parts: SigningKeysParts;
  #keys: readonly SigningKey[] = [];
  #former: readonly FormerKey[] = [];
  #watcher: { readonly close: () => void } | undefined;
  #closed = false;

  constructor(config: Pick<OnwardConfig, 'keys' | 'algorithm'>, parts: SigningKeysParts) {
    this.#config = config;
    this.#parts = parts;
  }

  /** Reads the keys; gives what stands in the way, as a sentence. */
  async open(): Promise<string | undefined> {
    const { keys: paths = [] } = this.#config;
    const found = (await Promise.all(paths.map(filesAt))).flat();
    this.#watch([...new Set([...paths, ...found])]);
    try {
      const keys = paths.length === 0 ? [await processKey(this.#config.algorithm ?? 'ES256')] : await this.#read(found);
      this.#replace(keys);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /**
   * The key to sign with.
   * @throws Error before `open`
   */
  get first(): SigningKey {
    const [first] = this.#keys;
    if (first === undefined) throw new Error('The keys to sign with were not read.');
    return first;
  }

  /** The public keys as a JSON Web Key Set (https://www.rfc-editor.org/rfc/rfc7517#section-5). */
  get jwks(): { readonly keys: readonly SigningKey['jwk'][] } {
    const former = this.#former.filter(({ untilMs }) => untilMs > this.#parts.now());
    return { keys: [...this.#keys, ...former.map(({ key }) => key)].map(({ jwk }) => jwk) };
  }

  close(): void {
    this.#closed = true;
    this.#watcher?.close();
  }

  async #read(files: readonly string[]): Promise<readonly SigningKey[]> {
    const keys = (await Promise.all(files.map((file) => this.#readFile(file)))).flat();
    if (keys.length === 0) throw new Error('identity.onward.keys has no files. Put a private key there.');
    const ids = keys.map(({ kid }) => kid);
    if (new Set(ids).size < ids.length) throw new Error('identity.onward.keys has the same kid twice.');
    return keys;
  }

  async #readFile(file: string): Promise<readonly SigningKey[]> {
    const read = await readTextFile(file, keyFileMaxBytes);
    const named = (reason: string) => `identity.onward.keys names the file ${file}, which ${reason}.`;
    if (read.kind === 'failed') throw new Error(named(read.reason));
    try {
      return await parseSigningKeys(read.text, this.#config.algorithm);
    } catch (cause) {
      throw new Error(named(cause instanceof Error ? cause.message : 'cannot be used'), { cause });
    }
  }

  #replace(keys: readonly SigningKey[]): void {
    const ids = new Set(keys.map(({ kid }) => kid));
    const nowMs = this.#parts.now();
    const gone = this.#keys.map((key) => ({ key, untilMs: nowMs + this.#parts.keepMs }));
    this.#former = [...this.#former, ...gone].filter(({ key, untilMs }) => untilMs > nowMs && !ids.has(key.kid));
    this.#keys = keys;
  }

  /** Files come and go in a folder, so what is watched is settled again with each reading. */
  #watch(paths: readonly string[]): void {
    this.#watcher?.close();
    if (!this.#closed && paths.length > 0) this.#watcher = watchFiles(paths, () => void this.#reload());
  }

  async #reload(): Promise<void> {
    const { log } = this.#parts;
    const problem = await this.open();
    if (problem !== undefined) log.error('Keys to sign with cannot be read; the former ones stay.', { problem });
    else log.info('Keys to sign with were read.', { keys: this.#keys.map(({ kid }) => kid) });
  }
}
