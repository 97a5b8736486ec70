import { RestError } from '../rest-error.ts';
import { restLimits } from '../rest-limits.ts';

/**
 * JSON text like `JSON.stringify`, but a bigint is written as the number it is.
 *
 * @throws RestError `BAD_USER_INPUT` when the value is nested too deeply.
 */
export function writeJson(value: unknown): string {
  return write(value, 0) ?? 'null';
}

function write(value: unknown, depth: number): string | undefined {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth === restLimits.jsonDepth) {
    throw new RestError(
      'BAD_USER_INPUT',
      `A value is nested more than ${restLimits.jsonDepth} levels deep; flatten it.`,
    );
  }
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1) ?? 'null').join(',')}]`;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const text = write(member, depth + 1);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}
