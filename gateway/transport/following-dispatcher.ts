import { Dispatcher } from 'undici';

/** Hands requests to one origin on to what reaches it at the moment. */
export class FollowingDispatcher extends Dispatcher {
  readonly #origin: string;
  #current: Dispatcher;

  constructor(origin: string, current: Dispatcher) {
    super();
    this.#origin = origin;
    this.#current = current;
  }

  /** What requests are handed to. */
  get current(): Dispatcher {
    return this.#current;
  }

  /** Hands requests to `next` from now on; gives what they were handed to before. */
  follow(next: Dispatcher): Dispatcher {
    const former = this.#current;
    this.#current = next;
    return former;
  }

  /** The origin goes along, for dispatchers that reach more than one. */
  override dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.#current.dispatch({ ...request, origin: this.#origin }, handler);
  }
}
