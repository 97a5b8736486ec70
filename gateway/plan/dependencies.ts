import type { Objects, Origin } from './draft.ts';
import { originsOf } from './origins-of.ts';

const none: readonly Origin[] = [];

/** What must have been fetched before; worked out once, when all is drafted. */
export class Dependencies {
  readonly #known = new Map<Origin, readonly Origin[]>();
  readonly #tellers = new Map<Objects, readonly Origin[]>();

  of(origin: Origin): readonly Origin[] {
    let known = this.#known.get(origin);
    if (known === undefined) {
      known = origin.kind === 'root' ? none : [...this.#find(origin)];
      this.#known.set(origin, known);
    }
    return known;
  }

  #find(origin: Exclude<Origin, { kind: 'root' }>): Set<Origin> {
    const { objects } = origin;
    const found = new Set<Origin>(origin.kind === 'attach' ? origin.after : none);
    if (origin.kind === 'entities') {
      for (const planned of origin.key.values()) originsOf(planned, found);
      for (const planned of origin.required.values()) originsOf(planned, found);
      for (const { position } of objects) if (position.primary !== undefined) found.add(position.primary.origin);
    }
    for (const one of objects) for (const teller of this.#tellersOf(one)) found.add(teller);
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
