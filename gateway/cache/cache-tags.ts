import { hash } from 'node:crypto';

/** What came from a subgraph. */
export function subgraphTag(subgraph: string): string {
  return `subgraph:${subgraph}`;
}

/** What holds objects of a type, or might. */
export function typeTag(type: string): string {
  return `type:${type}`;
}

/** What holds one entity, by the fields of one of its keys as `canonicalText` writes them. */
export function entityTag(type: string, keyText: string): string {
  return `entity:${type}:${hash('sha256', keyText, 'base64url').slice(0, 22)}`;
}

/** What holds an entity of a type of which nobody knows its key of these fields, so that it may be any. */
export function unknownTag(type: string, keyNames: readonly string[]): string {
  return `unknown:${type}:${keyNames.toSorted().join()}`;
}

/** All that may hold the entity with this key. */
export function changedTags(type: string, key: Readonly<Record<string, unknown>>): readonly string[] {
  return [entityTag(type, canonicalText(key)), unknownTag(type, Object.keys(key))];
}

/** An application's own name for something. */
export function ownTag(text: string): string {
  return `tag:${text}`;
}

/** Answers to the HTTP requests that a subgraph takes, of which nobody knows what changes them. */
export function callsTag(subgraph: string): string {
  return `calls:${subgraph}`;
}

/** What may bear names of the application that nobody has found out. Who invalidates a name has to invalidate this as well. */
export const namesTag = 'names';

/** Equal for equal values, however their members are ordered, and for `1` and `"1"`. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(String(value));
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join()}}`;
}
