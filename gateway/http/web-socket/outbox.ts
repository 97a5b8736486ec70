import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** As long as no more waits, whoever sends need not. */
const roomBytes = 64 * 1024;

/** Sends text to a client, no faster than it reads. */
export class Outbox {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  /** What the client had read when a write was last seen to be waiting, and when that was. */
  #seen = { readBytes: -1, atMs: 0 };

  constructor(webSocket: WebSocket, socket: Socket) {
    this.#webSocket = webSocket;
    this.#socket = socket;
  }

  get waitingBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  /** Gives a promise of room for further ones where there is none now; it resolves when the socket is closed, too. */
  send(text: string): Promise<void> | undefined {
    if (this.waitingBytes + text.length <= roomBytes) {
      this.#webSocket.send(text);
      return undefined;
    }
    return new Promise((resolve) => this.#webSocket.send(text, () => resolve()));
  }

  /** Whether the client has read nothing for `maxMs`, as far as it is asked again and again, of what waits for it. */
  isStuck(nowMs: number, maxMs: number): boolean {
    const readBytes = this.waitingBytes === 0 ? -1 : this.#socket.bytesWritten - this.#socket.writableLength;
    if (readBytes === -1 || readBytes !== this.#seen.readBytes) this.#seen = { readBytes, atMs: nowMs };
    return readBytes !== -1 && nowMs - this.#seen.atMs >= maxMs;
  }
}
