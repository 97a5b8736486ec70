/** Headers of one connection, never of the message (https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Headers that describe the body or the way it is sent: they are right for one side only. */
const ownOfEachSide = ['content-encoding', 'content-length', 'content-type'];

/** No rule sends these to a subgraph: the transport writes them itself, or must not. */
export const neverToSubgraphs: ReadonlySet<string> = new Set([
  ...hopByHop,
  ...ownOfEachSide,
  'accept',
  'accept-encoding',
  'expect',
  'host',
]);

/** No rule sends these to a client. */
export const neverToClients: ReadonlySet<string> = new Set([...hopByHop, ...ownOfEachSide, 'date']);

/** The headers that a `connection` header declares to be of this connection only. */
export function connectionNames(connection: string | undefined): readonly string[] {
  // Nearly all there are, and they name nothing that could be passed on.
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return [];
  return connection.split(',').map((name) => name.trim().toLowerCase());
}
