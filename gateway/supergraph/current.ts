/** What a generation holds must be closable once nobody uses it. */
export interface Closable {
  readonly close: () => Promise<void>;
}

/** A hold on one generation: what it has stays alive until `release`. */
export interface Lease<Contents> {
  readonly contents: Contents;
  /** Gives the hold up; calling it again does nothing. */
  readonly release: () => void;
}

interface Generation<Contents> {
  readonly contents: Contents;
  readonly closed: Promise<void>;
  readonly onClosed: () => void;
  leases: number;
  retired: boolean;
}

/**
 * The generation that new requests run on. A request that began on one ends on it: a swap only turns new requests to the
 * next, and the last one out closes the old.
 */
export class Current<Contents extends Closable> {
  readonly #onCloseFailed: (error: unknown) => void;
  #generation: Generation<Contents> | undefined;

  constructor(onCloseFailed: (error: unknown) => void) {
    this.#onCloseFailed = onCloseFailed;
  }

  /** The generation's contents without a hold, for looking at only. */
  get contents(): Contents | undefined {
    return this.#generation?.contents;
  }

  /** Takes a hold on the current generation; `undefined` before the first one. */
  take(): Lease<Contents> | undefined {
    const generation = this.#generation;
    if (generation === undefined) return undefined;
    generation.leases += 1;
    let released = false;
    return {
      contents: generation.contents,
      release: () => {
        if (released) return;
        released = true;
        generation.leases -= 1;
        this.#closeUnused(generation);
      },
    };
  }

  /** Turns new requests to `contents`, or away when there is none. Resolves when the former generation is closed. */
  swap(contents: Contents | undefined): Promise<void> {
    const old = this.#generation;
    this.#generation = contents && createGeneration(contents);
    return old === undefined ? Promise.resolve() : this.#retire(old);
  }

  /** Turns new requests to what `other` has, which has nothing from then on. Resolves when the former generation is closed. */
  adopt(other: Current<Contents>): Promise<void> {
    const old = this.#generation;
    this.#generation = other.#generation;
    other.#generation = undefined;
    return old === undefined ? Promise.resolve() : this.#retire(old);
  }

  #retire(generation: Generation<Contents>): Promise<void> {
    generation.retired = true;
    this.#closeUnused(generation);
    return generation.closed;
  }

  #closeUnused(generation: Generation<Contents>): void {
    if (!generation.retired || generation.leases > 0) return;
    generation.contents.close().catch(this.#onCloseFailed).finally(generation.onClosed);
  }
}

function createGeneration<Contents>(contents: Contents): Generation<Contents> {
  let onClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  return { contents, closed, onClosed, leases: 0, retired: false };
}
