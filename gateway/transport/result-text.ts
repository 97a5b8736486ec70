import type { FetchResult } from './send.ts';

const texts = new WeakMap<FetchResult, string>();

/** Remembers the JSON that a result was read from, as long as the result lives. */
export function withText(result: FetchResult, text: string | undefined): FetchResult {
  if (text !== undefined) texts.set(result, text);
  return result;
}

/** The JSON that a result was read from, when it was read from JSON. */
export function textOf(result: FetchResult): string | undefined {
  return texts.get(result);
}
