import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const { port, release } = await takePort();
  await release();
  return port;
}

/** A port of 127.0.0.1 that nobody else can listen on until `release`. */
export async function takePort(): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return {
    port: address.port,
    async release() {
      server.close();
      await once(server, 'close');
    },
  };
}
