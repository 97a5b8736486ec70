import type { GraphRef } from '../../../feed/graph-ref.ts';

/** The path of a page of a variant. */
export function variantPath({ graph, variant }: GraphRef, ...parts: readonly (string | number)[]): string {
  return ['', 'graphs', graph, variant, ...parts.map(String)].map(encodeURIComponent).join('/');
}

/** A path with a query; what is empty or `undefined` is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (entries.length === 0) return path;
  return `${path}?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`;
}
