import type { IdentityConfig } from '../config/identity.ts';
import { NotAccepted } from './not-accepted.ts';

/** What a token is made of (https://www.rfc-editor.org/rfc/rfc6750#section-2.1): above all no comma, which would join two. */
const tokenPattern = /^[\w.~+/-]+=*$/;

/**
 * What a request carries in the place of a token, no longer than tokens may be, or `undefined` when it carries nothing.
 * @throws NotAccepted for something there that cannot be a token
 */
export function readToken(
  headers: ReadonlyMap<string, string>,
  { header, prefix, cookie, maxBytes }: IdentityConfig['token'],
): string | undefined {
  const value = headers.get(header);
  const fromCookie =
    value === undefined && cookie !== undefined ? readCookie(headers.get('cookie'), cookie) : undefined;
  const token = value === undefined ? fromCookie : withoutPrefix(value, prefix);
  if (token === undefined) return undefined;
  if (token.length > maxBytes) throw new NotAccepted('The token is too long.');
  return token;
}

/** @throws NotAccepted for a text that is no token */
export function assertToken(text: string): void {
  if (!tokenPattern.test(text)) throw new NotAccepted('The token is empty or has characters that no token has.');
}

function withoutPrefix(value: string, prefix: string): string {
  if (prefix === '') return value;
  // Nearly all clients spell it as the configuration does.
  const isSame = value.startsWith(prefix) || value.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();
  if (!isSame || value[prefix.length] !== ' ') throw new NotAccepted('The header of the token has another scheme.');
  return value.slice(prefix.length + 1).trimStart();
}

/** Two cookies of one name that differ are the work of a neighbour domain: neither counts. */
function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [first, ...others] = new Set(values);
  if (others.length > 0) throw new NotAccepted('Two cookies with a token differ.');
  return first;
}
