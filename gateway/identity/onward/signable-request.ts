/** A request to a subgraph as it is signed, complete but for the signature. */
export interface SignableRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array | undefined;
}

/** Signs a request: the headers to add to it, names and values in turn. */
export type SignRequest = (request: SignableRequest) => Promise<readonly string[]>;
