import { createHash } from 'node:crypto';
import { type Closable, Current, type Lease } from './current.ts';

/** What some of the clients have instead of what is stable. */
interface Trial<Contents extends Closable> {
  /** Of the registry. */
  readonly version: number;
  readonly current: Current<Contents>;
  /** Of 0 to 100. */
  percent: number;
}

/** What new requests run on: the stable generation, and while a version is tried, the one of that for a share of the clients. */
export class Rollout<Contents extends Closable> {
  readonly #stable: Current<Contents>;
  readonly #onCloseFailed: (error: unknown) => void;
  #trial: Trial<Contents> | undefined;

  constructor(onCloseFailed: (error: unknown) => void) {
    this.#onCloseFailed = onCloseFailed;
    this.#stable = new Current(onCloseFailed);
  }

  /** What is stable, without a hold, for looking at only. */
  get stable(): Contents | undefined {
    return this.#stable.contents;
  }

  /** The version that is tried; `undefined` when none is. */
  get tried(): number | undefined {
    return this.#trial?.version;
  }

  /** Takes a hold on the generation that a client is to have, always the same one for a key; `undefined` before the first one. */
  take(stickyKey: string): Lease<Contents> | undefined {
    const trial = this.#trial;
    if (trial !== undefined && rankOf(trial.version, stickyKey) < trial.percent) return trial.current.take();
    return this.#stable.take();
  }

  /** Turns new requests to `contents`, or away when there is none. Resolves when the former generation is closed. */
  swap(contents: Contents | undefined): Promise<void> {
    return this.#stable.swap(contents);
  }

  /** Gives a version to a share of the clients, in the place of another one that is tried. */
  try(version: number, contents: Contents, percent: number): void {
    void this.abort();
    const current = new Current<Contents>(this.#onCloseFailed);
    void current.swap(contents);
    this.#trial = { version, current, percent };
  }

  /** Gives what is tried to another share of the clients. */
  share(percent: number): void {
    if (this.#trial !== undefined) this.#trial.percent = percent;
  }

  /** Makes what is tried the stable one, as it is. */
  promote(): void {
    const trial = this.#trial;
    this.#trial = undefined;
    if (trial !== undefined) void this.#stable.adopt(trial.current);
  }

  /** Gives the stable one to all. Resolves when what was tried is closed. */
  async abort(): Promise<void> {
    const trial = this.#trial;
    this.#trial = undefined;
    await trial?.current.swap(undefined);
  }
}

/** From 0 to 100: the same for a client on all gateways, and another one for each version, so that it is not always the same who try. */
function rankOf(version: number, stickyKey: string): number {
  return (createHash('sha256').update(`${version} ${stickyKey}`).digest().readUInt32BE(0) / 2 ** 32) * 100;
}
