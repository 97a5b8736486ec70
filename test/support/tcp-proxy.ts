import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What a proxy does with the bytes of its connections. */
export type ProxyMode =
  | { readonly kind: 'pass' }
  /** Nobody listens. */
  | { readonly kind: 'refuse' }
  /** Every connection is reset as soon as it is there. */
  | { readonly kind: 'reset' }
  /** Connections open and then nothing arrives anywhere. */
  | { readonly kind: 'blackhole' }
  /** Everything from the server comes later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Whatever is asked, this is the answer. */
  | { readonly kind: 'answer'; readonly text: string };

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** How many connections it has had. */
  readonly connections: () => number;
  /** Changes what is done from now on, on open connections as well. */
  readonly be: (mode: ProxyMode) => Promise<void>;
}

/** Stands between a client and a server on this machine, and fails as networks do. */
export async function startTcpProxy(serverPort: number): Promise<TcpProxy> {
  let mode: ProxyMode = { kind: 'pass' };
  const sockets = new Set<Socket>();
  let connections = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    connections++;
    if (mode.kind === 'reset') client.resetAndDestroy();
    const upstream = connect(serverPort, '127.0.0.1');
    keep(upstream);
    client.on('data', (bytes) => {
      if (mode.kind === 'pass' || mode.kind === 'delay') upstream.write(bytes);
      if (mode.kind === 'answer') client.write(mode.text);
    });
    upstream.on('data', (bytes) => {
      if (mode.kind === 'pass') client.write(bytes);
      if (mode.kind === 'delay') setTimeout(() => client.destroyed || client.write(bytes), mode.ms);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  async function listen(on: number): Promise<void> {
    server.listen(on, '127.0.0.1');
    await once(server, 'listening');
  }
  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  return {
    port,
    connections: () => connections,
    be: async (next) => {
      mode = next;
      if (next.kind === 'refuse' && server.listening) await close();
      if (next.kind !== 'refuse' && !server.listening) await listen(port);
      if (next.kind === 'reset') for (const socket of sockets) socket.resetAndDestroy();
    },
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await close();
    },
  };
}
