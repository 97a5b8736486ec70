import { append } from './append.ts';
import type { EntityOrigin, Objects, PlannedField } from './draft.ts';
import type { Drafting } from './drafting.ts';
import type { JoinedOrigins } from './join-origins.ts';
import { joinFields } from './one-representation.ts';
import type { Places } from './places.ts';
import type { EntityFetch, EntityTarget, FieldShape } from './plan.ts';
import type { Shapes } from './shapes.ts';

interface TargetPlace extends Pick<EntityTarget, 'place' | 'links'> {
  readonly objects: Objects;
}

/** Says which objects origins load entities of, and what stands for them. */
export class EntityTargets {
  readonly #drafting: Drafting;
  readonly #places: Places;
  readonly #shapes: Shapes;
  /** By object types, and by graph. */
  readonly #views = new Map<readonly string[], Map<string, EntityTarget['views']>>();

  constructor(drafting: Drafting, places: Places, shapes: Shapes) {
    this.#drafting = drafting;
    this.#places = places;
    this.#shapes = shapes;
  }

  /** Of one list of a fetch: a target for each place that objects are at. */
  ofList(list: readonly JoinedOrigins[]): Pick<EntityFetch, 'isAbstract' | 'targets'> {
    let isAbstract = false;
    let targets: EntityTarget[] | undefined;
    for (const { origins } of list) {
      const [first] = origins;
      if (first === undefined) continue;
      for (const origin of origins) isAbstract ||= this.#isAbstract(origin);
      const links = origins.map(({ link }) => link);
      const required = origins.length === 1 ? first.required : origins.flatMap((origin) => origin.required);
      for (const [place, objects] of this.#places.placesOf(first.objects)) {
        targets = append(targets, this.#toTarget(first, required, { place, links, objects }));
      }
    }
    return { isAbstract, targets: targets ?? [] };
  }

  #toTarget(
    { key, selection: { graph } }: EntityOrigin,
    required: readonly PlannedField[],
    { place, links, objects }: TargetPlace,
  ): EntityTarget {
    const views = this.#viewsOf(objects, graph);
    if (required.length === 0) {
      return { place, links, views, key: joinFields(this.#shapes.fieldsOf(objects, key)), required: none };
    }
    const fields = joinFields(this.#shapes.fieldsOf(objects, [...key, ...required]));
    return { place, links, views, key: fields.slice(0, key.length), required: fields.slice(key.length) };
  }

  /** Whether entities are asked for by an interface, so that they say themselves what they are. */
  #isAbstract({ views, selection: { graph } }: EntityOrigin): boolean {
    for (const view of views) {
      const type = this.#drafting.typeOf(view);
      if (type.kind !== 'object' && type.graphs.get(graph)?.isInterfaceObject !== true) return true;
    }
    return false;
  }

  #viewsOf({ types, type, position: { typename } }: Objects, graph: string): EntityTarget['views'] {
    if (types === undefined || typename.kind === 'constant')
      return this.#drafting.viewOf(types?.[0] ?? type.name, graph);
    let byGraph = this.#views.get(types);
    if (byGraph === undefined) {
      byGraph = new Map();
      this.#views.set(types, byGraph);
    }
    let views = byGraph.get(graph);
    if (views === undefined) {
      views = Object.fromEntries(types.map((one) => [one, this.#drafting.viewOf(one, graph)]));
      byGraph.set(graph, views);
    }
    return views;
  }
}

const none: readonly FieldShape[] = [];
