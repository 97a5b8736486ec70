import { watchFiles } from '../../../config/watch-files.ts';
import type { Logger } from '../../../telemetry/logger.ts';

export interface MadeFromFilesOptions<Made> {
  /** What it is called in messages, such as `authorization.policies.rego`. */
  readonly name: string;
  readonly files: readonly string[];
  /** Rejects with a sentence that says what is wrong with the files. */
  readonly make: () => Promise<Made>;
  readonly log: Logger;
}

/** What some files make together. It is made anew when one of them changes; when that fails, what was made before stays. */
export class MadeFromFiles<Made> {
  readonly #options: MadeFromFilesOptions<Made>;
  #watched: { readonly close: () => void } | undefined;
  #first: Promise<string | undefined> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #made: { readonly value: Made } | undefined;

  constructor(options: MadeFromFilesOptions<Made>) {
    this.#options = options;
  }

  /** Makes it for the first time and watches the files from then on; gives what is wrong with them. */
  open(): Promise<string | undefined> {
    if (this.#first === undefined) {
      this.#watched = watchFiles(this.#options.files, () => this.#renew());
      this.#first = this.#make();
      this.#last = this.#first;
    }
    return this.#first;
  }

  /** @throws Error when it could not be made even once */
  async current(): Promise<Made> {
    const problem = await this.open();
    if (this.#made === undefined) throw new Error(problem);
    return this.#made.value;
  }

  close(): void {
    this.#watched?.close();
  }

  /** In turn, so that the newest files win. */
  #renew(): void {
    const { name, log } = this.#options;
    this.#last = this.#last.then(async () => {
      const problem = await this.#make();
      if (problem === undefined) log.info(`${name} was read again.`);
      else log.error(`${name} cannot be read again; what was read before stays.`, { problem });
    });
  }

  async #make(): Promise<string | undefined> {
    try {
      this.#made = { value: await this.#options.make() };
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
