/** Keeps what became of mutations by their keys, so that none is run twice. */
export interface IdempotencyStore {
  /**
   * Takes a key for the caller, or says what became of it.
   * @param payload tells apart what is sent with the same key
   * @throws Error when the store cannot be used
   */
  readonly claim: (key: string, payload: string) => Claim | Promise<Claim>;
  /** Gives up connections; nothing is claimed after it. */
  readonly close: () => void;
}

/** What became of a key. */
export type Claim =
  /** It is the caller's to run, and to end. */
  | { readonly kind: 'taken'; readonly hold: Hold }
  | { readonly kind: 'kept'; readonly text: string }
  /** Somebody runs it: worth asking anew when `changed` resolves. It never rejects. */
  | { readonly kind: 'running'; readonly changed: Promise<void> }
  /** It was run, and nobody can say any more what came of it. */
  | { readonly kind: 'lost' }
  /** It was sent with another payload. */
  | { readonly kind: 'other' };

/** A key that is the caller's until one of these was called. Neither throws. */
export interface Hold {
  /** Keeps what came of it; without a text the key is lost. */
  readonly keep: (text: string | undefined) => void | Promise<void>;
  /** Says that nothing has happened: who comes next may run it. */
  readonly release: () => void | Promise<void>;
}
