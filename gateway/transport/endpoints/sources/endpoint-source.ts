/** An endpoint as a source describes it. */
export interface FoundEndpoint {
  readonly url: URL;
  /** The IP address to connect to, where it is not for the host of the URL to say. */
  readonly address: string | undefined;
  readonly weight: number;
  /** Those with a higher number are asked only while no one with a lower number can be. */
  readonly priority: number;
  readonly group: string | undefined;
  readonly zone: string | undefined;
}

/** What one look brought. */
export interface Look {
  readonly endpoints: readonly FoundEndpoint[];
  /** How long it holds, in milliseconds; 0 when the next look itself waits for a change. */
  readonly freshMs: number;
}

/** Where endpoints come from. */
export interface EndpointSource {
  /** For logs: what is asked, such as `Consul (products)`. */
  readonly name: string;
  /**
   * Looks once. `anew` asks for the present state, whatever was told before; else it may wait for a change.
   * @throws Error that says what is wrong; what was found before then holds
   */
  readonly look: (anew: boolean, signal: AbortSignal) => Promise<Look>;
  /** Calls `onChange` when it is worth looking before the time. */
  readonly watch?: (onChange: () => void) => void;
  readonly close: () => Promise<void>;
}
