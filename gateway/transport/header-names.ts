import { hopByHop, ownOfEachSide, ownOfRequests } from '../lib/own-headers.ts';

/** No rule sends these to a subgraph: the transport writes them itself, or must not. */
export const neverToSubgraphs = ownOfRequests;

/** No rule sends these to a client. */
export const neverToClients: ReadonlySet<string> = new Set([...hopByHop, ...ownOfEachSide, 'date']);

/**
 * Headers in which proxies tell of the client's certificate (https://www.rfc-editor.org/rfc/rfc9440, and what was in use before).
 * No rule passes them on: a client could have written them.
 */
const certificateHeaders: ReadonlySet<string> = new Set([
  'client-cert',
  'client-cert-chain',
  'ssl-client-cert',
  'x-client-cert',
  'x-forwarded-client-cert',
  'x-ssl-client-cert',
]);

/** Whether no rule passes on what a client sends by this name; `identityNames` are those by which the gateway tells who asks, folded. */
export function isNeverFromClients(name: string, identityNames: ReadonlySet<string>): boolean {
  const folded = foldHeaderName(name);
  return neverToSubgraphs.has(name) || certificateHeaders.has(folded) || identityNames.has(folded);
}

/**
 * A lower-case name as services see it that read headers as CGI variables, to which `-` and `_` are the same
 * (https://www.rfc-editor.org/rfc/rfc3875#section-4.1.18).
 */
export function foldHeaderName(name: string): string {
  return name.replaceAll('_', '-');
}

/** The headers that a `connection` header declares to be of this connection only. */
export function connectionNames(connection: string | undefined): readonly string[] {
  // Nearly all there are, and they name nothing that could be passed on.
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return [];
  return connection.split(',').map((name) => name.trim().toLowerCase());
}
