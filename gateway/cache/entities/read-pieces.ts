import type { GraphQLError } from 'graphql';
import type { FetchResult } from '../../transport/send.ts';
import { atPlace } from './assemble.ts';
import type { Slot } from './slots.ts';

/** What an answer has for each of the pieces that were asked for; nothing for those of a list that has not one for each. */
export function readPieces({ data }: FetchResult, slots: readonly Slot[]): ReadonlyMap<Slot, unknown> {
  const values = new Map<Slot, unknown>();
  for (const [key, wanted] of byRoot(slots)) {
    const value = data?.[key];
    const [first] = wanted;
    if (first?.piece.place.kind === 'field') values.set(first, value);
    else if (Array.isArray(value) && value.length === wanted.length) {
      for (const [index, slot] of wanted.entries()) values.set(slot, value[index]);
    }
  }
  return values;
}

/** The errors of an answer with the paths that they have in the answer of which it is a part. */
export function readErrors({ errors = [] }: FetchResult, slots: readonly Slot[]): readonly GraphQLError[] {
  if (errors.length === 0) return errors;
  const roots = byRoot(slots);
  return errors.map((error) => {
    const [key, index] = error.path ?? [];
    const wanted = roots.get(String(key));
    const place = wanted?.[typeof index === 'number' ? index : 0]?.piece.place;
    if (place === undefined || (place.kind === 'entity' && typeof index !== 'number')) return error;
    return atPlace(error, place);
  });
}

/** By response key of the root. */
function byRoot(slots: readonly Slot[]): ReadonlyMap<string, readonly Slot[]> {
  const roots = new Map<string, Slot[]>();
  for (const slot of slots) {
    const { place } = slot.piece;
    const key = place.kind === 'entity' ? place.list.key : place.field.key;
    const known = roots.get(key);
    if (known === undefined) roots.set(key, [slot]);
    else known.push(slot);
  }
  return roots;
}
