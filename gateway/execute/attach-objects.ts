import type { AttachStep } from '../plan/plan.ts';
import { isData, linkOf } from './links.ts';
import { type ObjectsAt, readField } from './objects-at.ts';

/** Pairs what two subgraphs answered for the same field: the objects of the second hang on those of the first. */
export function attachObjects({ link, places, first, second }: AttachStep, objects: ObjectsAt): void {
  const symbol = linkOf(link);
  const pair = (one: unknown, other: unknown): void => {
    if (Array.isArray(one)) {
      const others: readonly unknown[] = Array.isArray(other) && other.length === one.length ? other : [];
      for (const [index, item] of one.entries()) pair(item, others[index]);
    } else if (isData(one) && isData(other)) {
      one[symbol] = other;
    }
  };
  for (const place of places) {
    for (const object of objects.of(place)) pair(readField(object, first), readField(object, second));
  }
}
