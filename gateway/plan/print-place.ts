import type { Place } from './plan.ts';

/**
 * A place as a path from the root, `[]` for each list and `|Type` where only objects of some types are meant: `media[]|Film.actors[]`.
 * @param field of its objects, in the place of the objects themselves
 */
export function printPlace({ parent, types }: Place, field?: string): string {
  const steps = field === undefined ? [] : [types === undefined ? '' : toTypes(types), `.${field}`];
  let above = parent;
  while (above !== undefined) {
    const { place, source, lists } = above;
    const within = place.types === undefined || place.parent === undefined ? '' : toTypes(place.types);
    steps.unshift(`${within}.${source.key}${'[]'.repeat(lists)}`);
    above = place.parent;
  }
  return steps.join('').slice(1);
}

function toTypes(types: readonly string[]): string {
  const [only] = types;
  return types.length === 1 ? `|${only}` : `|[${types.join(',')}]`;
}
