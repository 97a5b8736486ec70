import { GatewayError } from '../../errors.ts';

export interface StreamPlacesOptions {
  readonly subgraph: string;
  readonly maxStreams: number;
  /** Told of each subscription that finds no place. */
  readonly onRefused: () => void;
}

/** Counts the subscriptions of a subgraph: each holds a connection for as long as it lasts, so that to wait for a place may take for ever. */
export class StreamPlaces {
  readonly #options: StreamPlacesOptions;
  #taken = 0;

  constructor(options: StreamPlacesOptions) {
    this.#options = options;
  }

  /**
   * Takes a place; gives what gives it back, for whoever calls that, and as often as it is called.
   * @throws GatewayError SUBGRAPH_OVERLOADED when there is none
   */
  take(): () => void {
    const { subgraph, maxStreams, onRefused } = this.#options;
    if (this.#taken >= maxStreams) {
      onRefused();
      throw new GatewayError(
        'SUBGRAPH_OVERLOADED',
        `Too many subscriptions to the subgraph "${subgraph}" are open. Try again later.`,
      );
    }
    this.#taken += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#taken -= 1;
      isTaken = false;
    };
  }
}
