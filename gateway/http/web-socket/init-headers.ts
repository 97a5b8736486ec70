import type { Config } from '../../config/config.ts';
import { GatewayError } from '../../errors.ts';

type Headers = ReadonlyMap<string, string>;

/** What HTTP lets into a header. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Where most clients put credentials, whatever the configuration calls the header. */
const usualTokenName = 'authorization';
const usualKeyName = 'x-api-key';

/**
 * The headers of a socket's operations: those of the request that opened it, and from the payload of `connection_init`, or from an object
 * `headers` in it, the members that are credentials, the name of the client, or named in `webSocket.initHeaders`, in any case.
 * @throws GatewayError `BAD_REQUEST` for a member that no header can be, `UNAUTHENTICATED` for credentials other than those of the request
 */
export function addInitHeaders(
  opened: Headers,
  payload: Readonly<Record<string, unknown>>,
  { identity, webSocket, listen }: Pick<Config, 'identity' | 'webSocket' | 'listen'>,
): Headers {
  const { token, apiKeys, client } = identity;
  const credentials = [token.header, ...(apiKeys === undefined ? [] : [apiKeys.header])];
  const plain = [client.nameHeader, client.versionHeader, ...webSocket.initHeaders];
  const members = toMembers(payload, new Set([...credentials, ...plain, usualTokenName, usualKeyName]));
  if (members.size === 0) return opened;
  const size = Array.from(members).flat().join('').length;
  if (size > listen.headerBytes)
    throw bad(`Headers in the payload must not be larger than ${listen.headerBytes} bytes.`);

  const headers = new Map(opened);
  for (const name of plain) {
    const value = members.get(name);
    if (value !== undefined && !headers.has(name)) headers.set(name, value);
  }
  for (const name of credentials) {
    const usualName = name === token.header ? usualTokenName : usualKeyName;
    const value = members.get(name) ?? (headers.has(name) ? undefined : members.get(usualName));
    if (value === undefined) continue;
    if ((opened.get(name) ?? value) !== value) throw differing();
    headers.set(name, value);
  }
  return headers;
}

/** The wanted members of a payload and of the `headers` in it, by lower-case name. */
function toMembers(payload: Readonly<Record<string, unknown>>, wanted: ReadonlySet<string>): Headers {
  const nested: unknown = payload['headers'];
  const inner = typeof nested === 'object' && nested !== null && !Array.isArray(nested) ? nested : {};
  const members = new Map<string, string>();
  for (const [key, value] of [...Object.entries(payload), ...Object.entries(inner)]) {
    const name = key.toLowerCase();
    if (!wanted.has(name) || value === null || value === undefined) continue;
    if (typeof value !== 'string' || !headerValue.test(value)) {
      throw bad(`The member "${name}" of the payload must be a text that can be a header.`);
    }
    if ((members.get(name) ?? value) !== value) throw bad(`The payload has several values for "${name}".`);
    members.set(name, value.trim());
  }
  return members;
}

function bad(message: string): GatewayError {
  return new GatewayError('BAD_REQUEST', message);
}

function differing(): GatewayError {
  return new GatewayError('UNAUTHENTICATED', 'connection_init has other credentials than the request before it.');
}
