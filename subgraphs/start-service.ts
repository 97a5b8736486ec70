import { type Address, listen } from './listen.ts';
import { type ServiceName, services } from './services.ts';

/** A service of the shop that accepts connections. */
export interface RunningService {
  readonly name: ServiceName;
  /** Where a gateway finds it: the GraphQL endpoint, or the base URL of a REST service. */
  readonly url: string;
  /** Ends it at once, with the connections that are open. */
  readonly close: () => Promise<void>;
}

/** Starts one service, on its own port of 127.0.0.1 unless told otherwise. @throws ListenError */
export async function startService(name: ServiceName, address: Partial<Address> = {}): Promise<RunningService> {
  const { create, path, port: ownPort } = services[name];
  const { host = '127.0.0.1', port = ownPort } = address;
  const server = create();
  const url = `${await listen(server, name, { host, port })}${path}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { name, url, close };
}
