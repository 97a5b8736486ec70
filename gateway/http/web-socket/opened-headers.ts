/** Of the connection, the handshake or one request, and so of no operation that comes after. */
const ofRequest = /^(?:connection|upgrade|sec-websocket-[a-z]+|idempotency-key|if-[a-z-]+)$/;

/** What a browser adds by itself, whatever page asks it to. */
const ambient: ReadonlySet<string> = new Set(['cookie', 'authorization']);

/**
 * The headers of the request that opened a socket as those of the operations on it. Headers that `Connection` names are of the connection;
 * credentials that a browser adds count only where `takesAmbient`, as with an answer that a page may not read.
 */
export function openedHeaders(
  headers: ReadonlyMap<string, string>,
  takesAmbient: boolean,
): ReadonlyMap<string, string> {
  const ofConnection = (headers.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase());
  return new Map(
    Array.from(headers).filter(
      ([name]) => !ofRequest.test(name) && !ofConnection.includes(name) && (takesAmbient || !ambient.has(name)),
    ),
  );
}
