import type { FieldSource, Place, Typename } from '../plan/plan.ts';
import { Failure, holderOf } from './fetch-errors.ts';
import { type Data, isData } from './links.ts';

/** Finds the objects at the places of a plan; to be asked for a place once all that it hangs on was fetched. */
export class ObjectsAt {
  readonly #root: readonly Data[];
  readonly #found: (readonly Data[] | undefined)[] = [];

  constructor(root: Data) {
    this.#root = [root];
  }

  /** In the order of the answer; the same object as often as it is there. */
  of(place: Place): readonly Data[] {
    const { id, parent } = place;
    if (parent === undefined) return this.#root;
    let objects = this.#found[id];
    if (objects === undefined) {
      objects = collect(this.of(parent.place), parent.source, place);
      this.#found[id] = objects;
    }
    return objects;
  }
}

function collect(parents: readonly Data[], source: FieldSource, place: Place): readonly Data[] {
  const objects: Data[] = [];
  for (const parent of parents) add(objects, readField(parent, source), place);
  return objects;
}

function add(objects: Data[], value: unknown, place: Place): void {
  if (Array.isArray(value)) for (const item of value) add(objects, item, place);
  else if (isData(value) && (place.types === undefined || isOfTypes(value, place.types, place.typename)))
    objects.push(value);
}

/** The value of a field; `undefined` when what should bring it failed or found nothing. */
export function readField(object: Data, { link, key }: FieldSource): unknown {
  const holder = holderOf(object, link);
  return holder === undefined || holder instanceof Failure ? undefined : holder[key];
}

/** The object type that an object says it is. */
export function typeOf(object: Data, typename: Typename): unknown {
  return typename.kind === 'constant' ? typename.name : readField(object, typename);
}

function isOfTypes(object: Data, types: readonly string[], typename: Typename): boolean {
  const type = typeOf(object, typename);
  return typeof type === 'string' && types.includes(type);
}
