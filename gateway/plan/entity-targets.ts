import type { EntityOrigin } from './draft.ts';
import type { Drafting } from './drafting.ts';
import { joinFields } from './one-representation.ts';
import type { Places } from './places.ts';
import type { EntityTarget } from './plan.ts';
import type { Shapes } from './shapes.ts';

/** Says which objects origins load entities of, and what stands for them. */
export class EntityTargets {
  readonly #drafting: Drafting;
  readonly #places: Places;
  readonly #shapes: Shapes;

  constructor(drafting: Drafting, places: Places, shapes: Shapes) {
    this.#drafting = drafting;
    this.#places = places;
    this.#shapes = shapes;
  }

  /**
   * One for each place that the objects are at.
   * @param origins all of the same objects
   */
  of(origins: readonly EntityOrigin[]): readonly EntityTarget[] {
    const [first] = origins;
    if (first === undefined) return [];
    const { objects, key, selection } = first;
    const links = origins.map(({ link }) => link);
    const required = origins.flatMap((origin) => origin.required);
    return this.#places.placesOf(objects).map(([place, of]): EntityTarget => {
      const isFixed = of.types === undefined || of.position.typename.kind === 'constant';
      const types = of.types ?? [of.type.name];
      const viewOf = (type: string) => this.#drafting.viewOf(type, selection.graph);
      const fields = joinFields(this.#shapes.fieldsOf(of, [...key, ...required]));
      return {
        place,
        links,
        views: isFixed ? viewOf(types[0] ?? '') : Object.fromEntries(types.map((type) => [type, viewOf(type)])),
        key: fields.slice(0, key.length),
        required: fields.slice(key.length),
      };
    });
  }

  /** Whether entities are asked for by an interface, so that they say themselves what they are. */
  isAbstract({ views, selection: { graph } }: EntityOrigin): boolean {
    return views.some((view) => {
      const type = this.#drafting.typeOf(view);
      return type.kind !== 'object' && type.graphs.get(graph)?.isInterfaceObject !== true;
    });
  }
}
