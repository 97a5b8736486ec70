import { RestError } from '../rest-error.ts';
import { restLimits } from '../rest-limits.ts';
import type { RestStyle } from '../sdl/read-directives.ts';
import { isRecord } from '../values/is-record.ts';
import { isAbsent, percentEncode, toText } from '../values/to-text.ts';
import { writeJson } from '../values/write-json.ts';

// Between items. Servers refuse a raw pipe or space; a comma within an item is encoded, the one between is not.
const delimiters = { FORM: ',', SPACE_DELIMITED: '%20', PIPE_DELIMITED: '%7C' } as const;

/**
 * `name=value` pairs joined by `&`, as the style says; empty when the value is absent or has no items.
 *
 * @throws RestError `BAD_USER_INPUT` for values that no URL can hold.
 * @see https://spec.openapis.org/oas/v3.1.1.html#style-values
 */
export function encodeQuery(name: string, value: unknown, style: RestStyle): string {
  if (isAbsent(value)) return '';
  const key = percentEncode(name);
  if (style === 'JSON') return `${key}=${percentEncode(writeJson(value))}`;
  if (Array.isArray(value)) return encodeList(key, value, style);
  if (isRecord(value)) return encodeObject(key, value, style);
  return pair(key, value);
}

function encodeList(key: string, list: readonly unknown[], style: Exclude<RestStyle, 'JSON'>): string {
  const items = list.filter((item) => !isAbsent(item));
  if (items.length === 0) return '';
  if (style === 'FORM_EXPLODED') return items.map((item) => pair(key, item)).join('&');
  if (style === 'DEEP_OBJECT') return items.map((item) => encodeDeep(key, item, 1)).join('&');
  return `${key}=${items.map((item) => percentEncode(toText(item))).join(delimiters[style])}`;
}

function encodeObject(
  key: string,
  value: Readonly<Record<string, unknown>>,
  style: Exclude<RestStyle, 'JSON'>,
): string {
  if (style === 'DEEP_OBJECT') return encodeDeep(key, value, 0);
  const members = Object.entries(value).filter(([, member]) => !isAbsent(member));
  if (members.length === 0) return '';
  if (style === 'FORM_EXPLODED') {
    const pairs = members.map(([name, member]) => {
      const memberKey = percentEncode(name);
      return Array.isArray(member) ? encodeList(memberKey, member, style) : pair(memberKey, member);
    });
    return pairs.filter(Boolean).join('&');
  }
  const flat = members.flatMap(([name, member]) => [percentEncode(name), percentEncode(toText(member))]);
  return `${key}=${flat.join(delimiters[style])}`;
}

function encodeDeep(key: string, value: unknown, depth: number): string {
  if (isAbsent(value)) return '';
  if (typeof value !== 'object') return pair(key, value);
  if (depth === restLimits.jsonDepth) {
    throw new RestError(
      'BAD_USER_INPUT',
      `A value is nested more than ${restLimits.jsonDepth} levels deep; flatten it.`,
    );
  }
  const parts = Array.isArray(value)
    ? value.map((item) => encodeDeep(key, item, depth + 1))
    : Object.entries(value).map(([name, member]) =>
        encodeDeep(`${key}%5B${percentEncode(name)}%5D`, member, depth + 1),
      );
  return parts.filter(Boolean).join('&');
}

function pair(key: string, value: unknown): string {
  return `${key}=${percentEncode(toText(value))}`;
}
