import { RestError } from '../rest-error.ts';
import { DirectiveError } from '../rest-problem.ts';
import { isAbsent, toText } from '../values/to-text.ts';

const token = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What belongs to the connection or is computed from what is sent, and the one name that no object can hold. */
const reserved: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  '__proto__',
]);

/**
 * A header's name in lower case.
 *
 * @throws DirectiveError for a name that HTTP does not allow or that the transport sets.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.1
 */
export function toHeaderName(name: string): string {
  if (!token.test(name)) throw new DirectiveError(`"${name}" is not a header name.`);
  const lowerCase = name.toLowerCase();
  if (reserved.has(lowerCase)) throw new DirectiveError(`The header "${name}" is set by the connection; leave it out.`);
  return lowerCase;
}

/**
 * A header's value, a list joined by commas; `undefined` when there is none.
 *
 * @throws RestError `BAD_USER_INPUT` for a value with line breaks or other characters that no header can hold.
 */
export function encodeHeaderValue(value: unknown, name: string): string | undefined {
  if (isAbsent(value)) return undefined;
  const text = Array.isArray(value)
    ? value
        .filter((item) => !isAbsent(item))
        .map(toText)
        .join(',')
    : toText(value);
  if (!fieldValue.test(text)) {
    throw new RestError('BAD_USER_INPUT', `The value for the header "${name}" has characters that no header can hold.`);
  }
  return text;
}
