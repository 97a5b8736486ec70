import type { Objects, Position } from './draft.ts';
import type { Place, PlaceParent } from './plan.ts';

/** The places of a plan. Equal ones are one, so that their objects are looked for once. */
export class Places {
  readonly #byObjects = new Map<Objects, Place>();
  readonly #byContent = new Map<string, Place>();

  placeOf(objects: Objects): Place {
    const known = this.#byObjects.get(objects);
    if (known !== undefined) return known;
    const { types, position } = objects;
    const { parent, typename } = position;
    const above = parent && this.#parentOf(parent);
    const read = typename.kind === 'read' ? `${typename.link} ${typename.key}` : `=${typename.name}`;
    const content = `${above?.place.id}|${above?.source.link}|${above?.source.key}|${types?.join(' ')}|${read}`;
    const place = this.#byContent.get(content) ?? { id: this.#byContent.size, parent: above, types, typename };
    this.#byContent.set(content, place);
    this.#byObjects.set(objects, place);
    return place;
  }

  /** Each place once, with some of the objects that are there. */
  placesOf(all: readonly Objects[]): readonly (readonly [Place, Objects])[] {
    const [first] = all;
    if (all.length === 1 && first !== undefined) return [[this.placeOf(first), first]];
    return [...new Map(all.map((objects) => [this.placeOf(objects), objects]))];
  }

  #parentOf({ objects, field, source }: NonNullable<Position['parent']>): PlaceParent {
    const lists = objects.type.fields.get(field.name)?.type.lists ?? 0;
    return { place: this.placeOf(objects), source, lists };
  }
}
