import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Connection {
  readonly socket: Socket;
  /** Answers that are owed on this connection, in the order of their requests. */
  readonly owed: Set<ServerResponse>;
}

/** The open connections of a server and what is in flight on each. */
export class Connections {
  #inFlight = 0;
  #closing = false;
  readonly #accepted = new Set<Socket>();
  readonly #idleWaiters: (() => void)[] = [];
  readonly #open = new Map<Duplex, Connection>();

  /** How many answers are owed in all. */
  get inFlight(): number {
    return this.#inFlight;
  }

  find(socket: Duplex): Connection | undefined {
    return this.#open.get(socket);
  }

  /** A connection of TCP, on which a TLS handshake may still be going on. */
  accepted(socket: Socket): void {
    this.#accepted.add(socket);
    socket.once('close', () => this.#accepted.delete(socket));
  }

  /** A connection on which requests can come. */
  opened(socket: Socket): void {
    this.#open.set(socket, { socket, owed: new Set() });
    socket.once('close', () => this.#closed(socket));
  }

  /** Counts the answer until it is sent or its connection is gone. */
  begin(response: ServerResponse): void {
    const owed = this.#open.get(response.req.socket)?.owed;
    owed?.add(response);
    const settle = this.owe();
    if (this.#closing) response.shouldKeepAlive = false;
    response.once('close', () => {
      owed?.delete(response);
      settle();
    });
    // A write that comes after the client has left is no news; without a listener it would end the gateway.
    response.on('error', () => {});
  }

  /** Counts an answer that is owed until what is returned is called; once is enough. */
  owe(): () => void {
    this.#inFlight++;
    let isOwed = true;
    return () => {
      if (!isOwed) return;
      isOwed = false;
      this.#inFlight--;
      if (this.#inFlight === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
    };
  }

  /** From now on answers close their connections. */
  closeAfterAnswers(): void {
    this.#closing = true;
    for (const { owed } of this.#open.values()) {
      for (const response of owed) response.shouldKeepAlive = false;
    }
  }

  /** Ends all connections as they are. */
  destroyAll(): void {
    for (const socket of this.#accepted) socket.destroy();
  }

  /** Resolves once nothing is in flight. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#inFlight === 0) resolve();
      else this.#idleWaiters.push(resolve);
    });
  }

  /** Node never closes the answers that still wait for their turn on a pipelined connection. */
  #closed(socket: Socket): void {
    const owed = this.#open.get(socket)?.owed ?? [];
    this.#open.delete(socket);
    for (const response of owed) {
      if (response.socket === null) response.destroy().emit('close');
    }
  }
}
