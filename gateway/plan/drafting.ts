import type { SelectionSetNode } from 'graphql';
import { Chooser } from './choose.ts';
import type { AttachOrigin, EntityOrigin, Objects, Origin, PlannedField, Source } from './draft.ts';
import type { FetchSelection } from './fetch-selection.ts';
import type { KnownCosts } from './known-costs.ts';
import type { CompositeType, SupergraphModel, TypeInGraph } from './model.ts';
import { PlanError, TooManyPlacesError } from './plan-error.ts';
import { type Reach, reachOf } from './reach.ts';
import type { Collector, SelectedField, SelectedFields, SelectionSets } from './selected.ts';

/**
 * How many objects are looked into for the best choice, before what is alike is planned together, and then; after that a good
 * enough one is taken.
 */
export const lookMost = { apart: 1_000, together: 20_000 } as const;

/** How many kinds of objects, place by place, an operation may come to before what is alike is planned together, and then. */
const kindsMost = { apart: 2_000, together: 10_000 } as const;

/** How many kinds of objects may come of kinds within kinds, before what is alike is planned together. */
const nestedMost = 200;

/** Plans fields; handed on, since fields need sources and sources need the fields of keys. */
export interface FieldPlanner {
  /** Chooses for each field who answers it, and asks. */
  readonly planFields: (drafting: Drafting, objects: Objects, fields: SelectedFields) => readonly PlannedField[];
  /** Asks a subgraph that holds the objects for a field of theirs. */
  readonly takeField: (drafting: Drafting, objects: Objects, source: Source, field: SelectedField) => PlannedField;
}

/** Entities that are loaded, and what they are loaded by. */
interface Loaded {
  readonly origin: EntityOrigin;
  readonly representation: readonly PlannedField[];
}

/** What is attached to the objects of a selection, and the selection that brings it. */
interface Attached {
  readonly origin: AttachOrigin;
  readonly selection: FetchSelection;
}

/** Object types that are planned alike. */
export type TypeGroups = readonly (readonly string[])[];

/** Types that objects at one place of a subgraph may be. */
interface TypesAmong {
  readonly types: readonly string[];
  /** Whether they can be no others. */
  readonly isAll: boolean;
}

/** What is worked on while one operation is planned. */
export class Drafting {
  readonly model: SupergraphModel;
  readonly collector: Collector;
  readonly reach: Reach;
  readonly chooser: Chooser;
  /** In the order in which they were found to be needed. */
  readonly origins: Origin[] = [];
  /** By the selection that brought the objects, what may serve again. */
  readonly loaded = new Map<FetchSelection | undefined, Loaded[]>();
  readonly attached = new Map<FetchSelection | undefined, Attached[]>();
  /** Groups of object types, by what is asked of them and by the list of all of them. */
  readonly groups = new Map<SelectionSets, Map<readonly string[], TypeGroups>>();
  /** What `@requires` asks for, by the objects that it is asked of. */
  readonly required = new Map<Objects, Map<SelectionSetNode, readonly PlannedField[]>>();
  readonly planner: FieldPlanner;
  /** Whether root fields may be asked a second time, of another subgraph. */
  readonly isRepeatable: boolean;
  /** Whether fields that several types are asked alike are planned once. */
  readonly sharesFields: boolean;
  /** Whether entities are asked for their keys, whoever needs them. */
  readonly asksKeys: boolean;
  /** Of a mutation, the run of root fields that is planned. */
  stage = 0;
  readonly #among = new Map<readonly string[], Map<TypeInGraph, TypesAmong>>();
  #kinds = 0;
  #nested = 1;
  #links = 0;

  constructor(
    model: SupergraphModel,
    collector: Collector,
    planner: FieldPlanner,
    known: KnownCosts,
    { isRepeatable, sharesFields, asksKeys }: Pick<Drafting, 'isRepeatable' | 'sharesFields' | 'asksKeys'>,
  ) {
    this.model = model;
    this.planner = planner;
    this.collector = collector;
    this.reach = reachOf(model);
    const looks = { most: sharesFields ? lookMost.together : lookMost.apart, areFinal: sharesFields };
    this.chooser = new Chooser(model, collector, this.reach, known, looks);
    this.isRepeatable = isRepeatable;
    this.sharesFields = sharesFields;
    this.asksKeys = asksKeys;
  }

  typeOf(name: string): CompositeType {
    const type = this.model.types.get(name);
    if (type === undefined) throw new PlanError(`The supergraph has no composite type "${name}".`);
    return type;
  }

  /** What a subgraph calls these types, each name once. */
  viewsOf(types: readonly string[], graph: string): readonly string[] {
    const [first = ''] = types;
    if (types.length < 2) return [this.viewOf(first, graph)];
    return [...new Set(types.map((one) => this.viewOf(one, graph)))];
  }

  /** What a subgraph calls a type. */
  viewOf(type: string, graph: string): string {
    return this.typeOf(type).graphs.get(graph)?.view ?? type;
  }

  /** Which of these types, that a composite type in a subgraph may be, and whether it can be no others. */
  among(types: readonly string[], there: TypeInGraph): TypesAmong {
    let known = this.#among.get(types);
    if (known === undefined) {
      known = new Map();
      this.#among.set(types, known);
    }
    let among = known.get(there);
    if (among === undefined) {
      const possible = new Set(there.possible);
      const found = types.filter((type) => possible.has(type));
      among = { types: found, isAll: found.length === possible.size };
      known.set(there, among);
    }
    return among;
  }

  nextLink(): number {
    this.#links += 1;
    return this.#links - 1;
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
  return sources.some(({ isLate }) => isLate) ? sources.filter((source) => !source.isLate) : sources;
}

/** The sources of objects as those of these types. */
export function sourcesOf(drafting: Drafting, sources: readonly Source[], types: readonly string[]): Source[] {
  return sources.map((source) =>
    source.views === undefined ? source : { ...source, views: drafting.viewsOf(types, source.graph) },
  );
}
