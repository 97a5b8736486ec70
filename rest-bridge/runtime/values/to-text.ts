import { RestError } from '../rest-error.ts';
import { writeJson } from './write-json.ts';

/** Whether a value means that its parameter is left out. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** The text of a scalar; of anything nested its JSON. */
export function toText(value: unknown): string {
  return typeof value === 'object' ? writeJson(value) : String(value);
}

/**
 * Percent-encodes everything but unreserved characters, so that text stays within one part of a URL.
 *
 * @throws RestError `BAD_USER_INPUT` for text that is not Unicode.
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-2.3
 */
export function percentEncode(text: string): string {
  if (/\p{Surrogate}/u.test(text))
    throw new RestError('BAD_USER_INPUT', 'A value holds half a character; send valid Unicode.');
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
