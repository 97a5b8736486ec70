import { RestError } from '../rest-error.ts';
import { restLimits } from '../rest-limits.ts';

/**
 * Free-form JSON of a backend as it may be passed on: without `__proto__` keys, its lists and depth within the limits.
 *
 * @throws RestError `SUBGRAPH_INVALID_RESPONSE` beyond a limit.
 */
export function toPlainJson(value: unknown): unknown {
  return toPlain(value, 0);
}

function toPlain(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === restLimits.jsonDepth) throw tooMuch(`nested more than ${restLimits.jsonDepth} levels deep`);
  if (Array.isArray(value)) {
    if (value.length > restLimits.listItems) throw tooMuch(`a list of more than ${restLimits.listItems} items`);
    return value.map((item) => toPlain(item, depth + 1));
  }
  const plain: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (key !== '__proto__') plain[key] = toPlain(member, depth + 1);
  }
  return plain;
}

function tooMuch(what: string): RestError {
  return new RestError('SUBGRAPH_INVALID_RESPONSE', `The subgraph answered a value that is ${what}.`);
}
