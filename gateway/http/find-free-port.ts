import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port of an address that nobody listens on now.
 * @throws Error with a sentence for the operator when it is no address of this machine
 */
export async function findFreePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(`${host} cannot be listened on. Choose an address of this machine.`, { cause });
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error(`There is no free port at ${host}.`);
  return address.port;
}
