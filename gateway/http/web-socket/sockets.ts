/** A WebSocket that can be asked to end. */
export interface OpenSocket {
  /** Sends what is owed, and closes. */
  readonly leave: () => void;
}

/** The open WebSockets of a listener. */
export class Sockets {
  readonly #open = new Set<OpenSocket>();
  #isLeaving = false;

  /** Whether no further ones are to be opened. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Keeps one in mind until what is returned is called. */
  add(socket: OpenSocket): () => void {
    this.#open.add(socket);
    return () => void this.#open.delete(socket);
  }

  leaveAll(): void {
    this.#isLeaving = true;
    for (const socket of this.#open) socket.leave();
  }
}
