import { addToList } from './add-to-list.ts';
import type { Objects } from './draft.ts';
import { isSameList } from './is-same-list.ts';
import type { Place, PlaceParent, Typename } from './plan.ts';

/** A place, and those right below it by the response key that leads there and the first of their types. */
interface Known {
  readonly place: Place;
  below: Map<string, Known[]> | undefined;
}

/** The places of a plan. Equal ones are one, so that their objects are looked for once. */
export class Places {
  readonly #known = new Map<Objects, Known>();
  #root: Known | undefined;
  #count = 0;

  placeOf(objects: Objects): Place {
    return this.#knownOf(objects).place;
  }

  /** Each place once, with some of the objects that are there. */
  placesOf(all: readonly Objects[]): readonly (readonly [Place, Objects])[] {
    const [first] = all;
    if (all.length === 1 && first !== undefined) return [[this.placeOf(first), first]];
    return [...new Map(all.map((objects) => [this.placeOf(objects), objects]))];
  }

  #knownOf(objects: Objects): Known {
    let known = this.#known.get(objects);
    if (known === undefined) {
      known = this.#find(objects);
      this.#known.set(objects, known);
    }
    return known;
  }

  #find({ types, position: { parent, typename } }: Objects): Known {
    if (parent === undefined) {
      this.#root ??= this.#make(undefined, types, typename);
      return this.#root;
    }
    const { objects, field, source } = parent;
    const above = this.#knownOf(objects);
    above.below ??= new Map();
    const id = `${source.key} ${types?.[0] ?? ''}`;
    for (const known of above.below.get(id) ?? none) {
      const { place } = known;
      if (place.parent?.source.link !== source.link || !isSameTypename(place.typename, typename)) continue;
      if (isSameList(place.types, types)) return known;
    }
    const lists = field.definition?.type.lists ?? 0;
    const made = this.#make({ place: above.place, source, lists }, types, typename);
    addToList(above.below, id, made);
    return made;
  }

  #make(parent: PlaceParent | undefined, types: Place['types'], typename: Typename): Known {
    this.#count += 1;
    return { place: { id: this.#count - 1, parent, types, typename }, below: undefined };
  }
}

function isSameTypename(one: Typename, other: Typename): boolean {
  if (one.kind === 'constant' || other.kind === 'constant') {
    return one.kind === 'constant' && other.kind === 'constant' && one.name === other.name;
  }
  return one.link === other.link && one.key === other.key;
}

const none: readonly Known[] = [];
