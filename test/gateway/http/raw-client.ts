import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that sends bytes as they are, for what no HTTP client would send. */
export interface RawClient {
  readonly socket: Socket;
  readonly send: (bytes: string | Buffer) => void;
  /** Everything received once it matches. */
  readonly until: (pattern: RegExp) => Promise<string>;
  /** Everything received by the time the server has closed the connection. */
  readonly untilClosed: () => Promise<string>;
}

export async function openRaw(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
  await once(socket, 'connect');
  let received = '';
  let onChange = () => {};
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += chunk;
    onChange();
  });
  socket.on('error', () => {});
  socket.once('close', () => onChange());
  return {
    socket,
    send: (bytes) => socket.write(bytes),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        onChange = () => {
          if (pattern.test(received)) resolve(received);
          else if (socket.closed) reject(new Error(`Closed before ${pattern}: ${received.slice(0, 500)}`));
        };
        onChange();
      }),
    untilClosed: async () => {
      await closed;
      return received;
    },
  };
}

/** Sends bytes on a connection of their own and gives what came until the server closed it. */
export async function exchange(port: number, bytes: string | Buffer): Promise<string> {
  const client = await openRaw(port);
  client.send(bytes);
  return client.untilClosed();
}

/** The status codes of the answers in what was received, in order. */
export function statusesOf(received: string): readonly number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
