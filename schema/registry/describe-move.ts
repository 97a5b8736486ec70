import { toShownUrl } from '../supergraph/to-shown-url.ts';

/** Says how the URL of a subgraph changed, without what may be secret in it. */
export function describeMove(before: string, after: string): string {
  const [from, to] = [toShownUrl(before), toShownUrl(after)];
  return from === to ? 'has another query or other credentials in its URL' : `moved from ${from} to ${to}`;
}
