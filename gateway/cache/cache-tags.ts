import { hash } from 'node:crypto';

/** What came from a subgraph. */
export function subgraphTag(subgraph: string): string {
  return `subgraph:${subgraph}`;
}

/** What holds objects of a type, or might. */
export function typeTag(type: string): string {
  return `type:${type}`;
}

/** What holds one entity, by the fields of one of its keys: equal however they are ordered, and for `1` and `"1"`. */
export function entityTag(type: string, key: Readonly<Record<string, unknown>>): string {
  return `entity:${type}:${hash('sha256', canonicalText(key), 'base64url').slice(0, 22)}`;
}

/**
 * Whole answers that hold entities of a type, of which nobody knows which ones. Who invalidates an entity has to invalidate this one
 * as well.
 */
export function answersTag(type: string): string {
  return `answers:${type}`;
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

function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(String(value));
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join()}}`;
}
