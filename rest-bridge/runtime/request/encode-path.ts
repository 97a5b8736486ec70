import { RestError } from '../rest-error.ts';
import { DirectiveError } from '../rest-problem.ts';
import { isAbsent, percentEncode, toText } from '../values/to-text.ts';

// Some servers decode %2F before they resolve dot segments, so a value must not hold one anywhere.
const dotSegment = /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/;
const literalPath = /^(?:[-\w.~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;
const urlDotSegment = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * A value as part of one path segment, a list joined by commas; `undefined` when there is none.
 *
 * @throws RestError `BAD_USER_INPUT` for a value that would change which resource the path names.
 */
export function encodePathValue(value: unknown, name: string): string | undefined {
  if (isAbsent(value)) return undefined;
  const items = Array.isArray(value) ? value.filter((item) => !isAbsent(item)) : [value];
  if (items.length === 0) return undefined;
  return items.map((item) => encodeItem(item, name)).join(',');
}

function encodeItem(item: unknown, name: string): string {
  const refuse = (reason: string) => new RestError('BAD_USER_INPUT', `"${name}" ${reason}; send another value.`);
  if (typeof item === 'object') throw refuse('is not a single value, so it cannot be part of a path');
  const text = toText(item);
  if (text === '') throw refuse('is empty, so it cannot be part of a path');
  if (dotSegment.test(text)) throw refuse('holds "." or ".." as a path segment');
  return percentEncode(text);
}

/** Whether a URL parser would resolve a segment of the path away. */
export function hasDotSegment(path: string): boolean {
  return urlDotSegment.test(path);
}

/**
 * The literal part of a path template as it is sent.
 *
 * @throws DirectiveError for what does not belong into a path.
 */
export function encodePathLiteral(text: string): string {
  if (/[{}]/.test(text)) throw new DirectiveError(`The path has a brace in "${text}"; write {$args.name}.`);
  if (/[?#]/.test(text)) throw new DirectiveError(`The path has "?" or "#" in "${text}"; use query.`);
  const encoded = text.replace(/[^-\w.~!$&'()*+,;=:@/%]+/g, percentEncode);
  if (!literalPath.test(encoded)) throw new DirectiveError(`The path has "${text}", which cannot be in a URL's path.`);
  return encoded;
}
