import type { SelectionSetNode } from 'graphql';
import { Chooser } from './choose.ts';
import type { Objects, Origin, PlannedField, Source } from './draft.ts';
import type { FetchSelection } from './fetch-selection.ts';
import type { CompositeType, SupergraphModel } from './model.ts';
import { PlanError, TooManyPlacesError } from './plan-error.ts';
import { type Reach, reachOf } from './reach.ts';
import type { Collector, SelectedField, SelectionSets } from './selected.ts';

/** How many objects are looked into for the best choice; after that a good enough one is taken. */
const lookMost = 20_000;

/** How many kinds of objects, place by place, an operation may come to before what is alike is planned together, and then. */
const kindsMost = { apart: 2_000, together: 10_000 } as const;

/** How many kinds of objects may come of kinds within kinds, before what is alike is planned together. */
const nestedMost = 200;

/** Plans fields; handed on, since fields need sources and sources need the fields of keys. */
export interface FieldPlanner {
  /** Chooses for each field who answers it, and asks. */
  readonly planFields: (
    drafting: Drafting,
    objects: Objects,
    fields: Iterable<SelectedField>,
  ) => ReadonlyMap<string, PlannedField>;
  /** Asks a subgraph that holds the objects for a field of theirs. */
  readonly takeField: (drafting: Drafting, objects: Objects, source: Source, field: SelectedField) => PlannedField;
}

/** Object types that are planned alike. */
export type TypeGroups = readonly (readonly string[])[];

/** What is worked on while one operation is planned. */
export class Drafting {
  readonly model: SupergraphModel;
  readonly collector: Collector;
  readonly reach: Reach;
  readonly chooser: Chooser;
  /** In the order in which they were found to be needed. */
  readonly origins: Origin[] = [];
  /** Origins that may serve again, by what makes them the same. */
  readonly known = new Map<string, Origin>();
  /** Groups of object types, by what is asked of them and by the list of all of them. */
  readonly groups = new Map<SelectionSets, Map<readonly string[], TypeGroups>>();
  /** What `@requires` asks for, by the objects that it is asked of. */
  readonly required = new Map<Objects, Map<SelectionSetNode, ReadonlyMap<string, PlannedField>>>();
  readonly planner: FieldPlanner;
  /** Whether root fields may be asked a second time, of another subgraph. */
  readonly isRepeatable: boolean;
  /** Whether fields that several types are asked alike are planned once. */
  readonly sharesFields: boolean;
  /** Of a mutation, the run of root fields that is planned. */
  stage = 0;
  readonly #ids = new Map<FetchSelection, number>();
  #kinds = 0;
  #nested = 1;
  #links = 0;

  constructor(
    model: SupergraphModel,
    collector: Collector,
    planner: FieldPlanner,
    { isRepeatable, sharesFields }: Pick<Drafting, 'isRepeatable' | 'sharesFields'>,
  ) {
    this.model = model;
    this.planner = planner;
    this.collector = collector;
    this.reach = reachOf(model);
    this.chooser = new Chooser(model, collector, this.reach, lookMost);
    this.isRepeatable = isRepeatable;
    this.sharesFields = sharesFields;
  }

  typeOf(name: string): CompositeType {
    const type = this.model.types.get(name);
    if (type === undefined) throw new PlanError(`The supergraph has no composite type "${name}".`);
    return type;
  }

  nextLink(): number {
    this.#links += 1;
    return this.#links - 1;
  }

  idOf(selection: FetchSelection): number {
    const id = this.#ids.get(selection) ?? this.#ids.size;
    this.#ids.set(selection, id);
    return id;
  }

  /**
   * Counts so many kinds of objects, within which `plan` finds further ones.
   * @throws TooManyPlacesError
   */
  planKinds(count: number, plan: () => void): void {
    if (count === 0) return;
    this.#kinds += count;
    this.#nested *= count;
    const isTooMuch = this.sharesFields
      ? this.#kinds > kindsMost.together
      : this.#kinds > kindsMost.apart || this.#nested > nestedMost;
    if (isTooMuch) throw new TooManyPlacesError();
    plan();
    this.#nested /= count;
  }
}

/** Those that hold objects without waiting for other fields. */
export function early(sources: readonly Source[]): readonly Source[] {
  return sources.filter(({ isLate }) => !isLate);
}
