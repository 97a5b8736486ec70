import { buildConnector } from 'undici';

/** Opens a connection. */
export type Connector = buildConnector.connector;

/** Opens connections; with `address` to that one, in the name of the host that is asked for. */
export function createConnector(options: buildConnector.BuildOptions, address: string | undefined): Connector {
  const connect = buildConnector(options);
  if (address === undefined) return connect;
  return (target, callback) => connect({ ...target, hostname: address }, callback);
}
