import type { FetchResult } from './send.ts';

/** Not a WeakMap: whatever lies in one outlives young garbage collections, and texts are most of what a request allocates. */
const textKey = Symbol('text');

interface TextHolder extends FetchResult {
  [textKey]?: string | undefined;
}

/** Gives a result the JSON that it was read from. */
export function withText(result: FetchResult, text: string | undefined): FetchResult {
  if (text !== undefined) Object.defineProperty(result, textKey, { value: text, writable: true });
  return result;
}

/** The JSON that a result was read from, when it was read from JSON and nobody has taken that. */
export function textOf(result: FetchResult): string | undefined {
  const holder: TextHolder = result;
  return holder[textKey];
}

/** The same, for the last who wants to know it; a shared result keeps it. */
export function takeText(result: FetchResult): string | undefined {
  const holder: TextHolder = result;
  const text = holder[textKey];
  if (text !== undefined && result.shared !== true) holder[textKey] = undefined;
  return text;
}
