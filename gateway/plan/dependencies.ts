import type { Objects, Origin, PlannedField } from './draft.ts';
import { originsOf } from './origins-of.ts';

const none: readonly Origin[] = [];

/** What must have been fetched before; worked out once, when all is drafted. */
export class Dependencies {
  readonly #known = new Map<Origin, readonly Origin[]>();
  readonly #tellers = new Map<Objects, readonly Origin[]>();

  of(origin: Origin): readonly Origin[] {
    let known = this.#known.get(origin);
    if (known === undefined) {
      known = origin.kind === 'root' ? none : this.#find(origin);
      this.#known.set(origin, known);
    }
    return known;
  }

  #find(origin: Exclude<Origin, { kind: 'root' }>): readonly Origin[] {
    const { objects } = origin;
    const found: Origin[] = origin.kind === 'attach' ? [...origin.after] : [];
    if (origin.kind === 'entities') {
      for (const planned of origin.key) addOriginsOf(planned, found);
      for (const planned of origin.required) addOriginsOf(planned, found);
      for (const { position } of objects) add(position.primary?.origin, found);
    }
    for (const one of objects) for (const teller of this.#tellersOf(one)) add(teller, found);
    return found;
  }

  /** What tells the types of objects, and of those that they are within. */
  #tellersOf(objects: Objects): readonly Origin[] {
    let tellers = this.#tellers.get(objects);
    if (tellers === undefined) {
      const { types, sources, position } = objects;
      const { typename, parent } = position;
      const above = parent === undefined ? none : this.#tellersOf(parent.objects);
      const isTold = types !== undefined && typename.kind === 'read' && typename.link !== undefined;
      const own = isTold ? sources.find(({ link }) => link === typename.link) : undefined;
      tellers = own === undefined ? above : [own.origin, ...above];
      this.#tellers.set(objects, tellers);
    }
    return tellers;
  }
}

function addOriginsOf(planned: PlannedField, into: Origin[]): void {
  if (planned.below === undefined) add(planned.origin, into);
  else for (const origin of originsOf(planned)) add(origin, into);
}

/** Once: there are few. */
function add(origin: Origin | undefined, into: Origin[]): void {
  if (origin !== undefined && !into.includes(origin)) into.push(origin);
}
