import type { SelectionSetNode } from 'graphql';
import { cover, type OpenField, type Option } from './cover.ts';
import type { CompositeType, Field, FieldInGraph, SupergraphModel } from './model.ts';
import type { Jumps, Reach } from './reach.ts';
import type { Collector, SelectedField, SelectionSets } from './selected.ts';
import { namedTypeOf } from './type-shape.ts';

/** A subgraph that holds an object. */
export interface Holder {
  readonly graph: string;
  /** What it gives of the object beyond its own fields (`@provides`). */
  readonly provided: SelectionSets | undefined;
}

interface Cost {
  readonly missing: number;
  readonly waves: number;
  readonly fetches: number;
}

export interface Choice {
  /** By response key; fields that cannot be had are missing. */
  readonly options: ReadonlyMap<string, Option>;
  readonly cost: Cost;
}

const nothing: Cost = { missing: 0, waves: 0, fetches: 0 };
const noOptions: readonly Option[] = [];

/** By where an object is held, and field. */
const leafOptions = new WeakMap<Jumps, Map<Field, readonly Option[]>>();

/**
 * Chooses the subgraph for each field of an object: first so that all can be had, then with the fewest fetches after one another, then
 * with the fewest fetches. What lies below a field is estimated as if it were alone, and only so long as the budget lasts.
 */
export class Chooser {
  readonly #model: SupergraphModel;
  readonly #collector: Collector;
  readonly #reach: Reach;
  readonly #known = new Map<SelectionSets, Map<string, Cost>>();
  readonly #required = new Map<SelectionSetNode, Map<string, Cost>>();
  readonly #setIds = new Map<object, number>();
  #budget: number;

  /** @param budget how many objects are looked into */
  constructor(model: SupergraphModel, collector: Collector, reach: Reach, budget: number) {
    this.#model = model;
    this.#collector = collector;
    this.#reach = reach;
    this.#budget = budget;
  }

  /** @param held `undefined` for a root type, which every subgraph holds */
  choose(fields: Iterable<SelectedField>, type: CompositeType, held: readonly Holder[] | undefined): Choice {
    const jumps =
      held &&
      this.#reach.from(
        type,
        held.map(({ graph }) => graph),
      );
    const open: OpenField[] = [];
    let missing = 0;
    let waves = 0;
    for (const field of fields) {
      if (field.name === '__typename') continue;
      const options = this.#optionsOf(field, type, held, jumps);
      let best: Option | undefined;
      for (const option of options) if (isBetter(option, best)) best = option;
      if (best === undefined) {
        missing += 1;
        continue;
      }
      const least = best.missing;
      missing += least;
      waves = Math.max(waves, best.waves);
      const isEven = options.every((option) => option.missing === least);
      open.push({ key: field.key, options: isEven ? options : options.filter((option) => option.missing === least) });
    }
    const chosen = cover(open, waves);
    const graphs = new Map<string, number>();
    let fetches = 0;
    for (const option of chosen.values()) {
      fetches += option.fetches;
      if (option.distance > 0) graphs.set(option.graph, option.distance);
    }
    for (const distance of graphs.values()) fetches += distance;
    return { options: chosen, cost: { missing, waves, fetches } };
  }

  /** All ways to have a field. Those to a leaf are the same in every operation, but for what is provided or required. */
  #optionsOf(
    field: SelectedField,
    type: CompositeType,
    held: readonly Holder[] | undefined,
    jumps: Jumps | undefined,
  ): readonly Option[] {
    const definition = type.fields.get(field.name);
    if (definition === undefined) return noOptions;
    if (jumps === undefined || field.sets.length > 0 || !isPlain(definition, held)) {
      return this.#weigh(field, definition, type, held, jumps);
    }
    const known = leafOptions.get(jumps) ?? new Map<Field, readonly Option[]>();
    leafOptions.set(jumps, known);
    const options = known.get(definition) ?? this.#weigh(field, definition, type, held, jumps);
    known.set(definition, options);
    return options;
  }

  #weigh(
    field: SelectedField,
    definition: Field,
    type: CompositeType,
    held: readonly Holder[] = [],
    jumps: Jumps | undefined,
  ): readonly Option[] {
    const options: Option[] = [];
    for (const holder of held) {
      const provided = this.#providedBy(field, type, holder);
      const own = definition.graphs.get(holder.graph);
      if (provided === undefined && (own === undefined || own.requires !== undefined)) continue;
      const below = this.#below(
        field,
        own ?? { type: definition.type, requires: undefined, provides: undefined },
        holder.graph,
        provided,
      );
      const { missing, waves, fetches } = below;
      options.push({ graph: holder.graph, distance: 0, missing, waves, fetches });
    }
    for (const [graph, own] of definition.graphs) {
      const isHeld = isHeldBy(held, graph);
      if (isHeld && own.requires === undefined) continue;
      const distance = jumps === undefined || isHeld ? 1 : jumps.get(graph)?.distance;
      if (distance === undefined) continue;
      const below = this.#below(field, own, graph, undefined);
      const required = own.requires === undefined ? nothing : this.#ofRequired(own.requires, type, held);
      options.push({
        graph,
        distance,
        missing: below.missing + required.missing,
        waves: Math.max(distance, required.waves + 1) + below.waves,
        fetches: below.fetches + required.fetches,
      });
    }
    return options;
  }

  #providedBy(field: SelectedField, type: CompositeType, { provided }: Holder): SelectionSets | undefined {
    return provided && this.#collector.fieldsOf(provided, type.name).get(field.name)?.sets;
  }

  #ofRequired(requires: SelectionSetNode, type: CompositeType, held: readonly Holder[] | undefined): Cost {
    const question = `${type.name} ${held?.map(({ graph, provided }) => `${graph} ${this.#idOf(provided)}`).join('|')}`;
    let byHolders = this.#required.get(requires);
    if (byHolders === undefined) {
      byHolders = new Map();
      this.#required.set(requires, byHolders);
    }
    const known = byHolders.get(question);
    if (known !== undefined) return known;
    // What requires itself, by whatever way, cannot be had.
    byHolders.set(question, { missing: 1, waves: 0, fetches: 0 });
    const { cost } = this.choose(this.#collector.fieldsOf([requires], type.name).values(), type, held);
    byHolders.set(question, cost);
    return cost;
  }

  #below(field: SelectedField, own: FieldInGraph, graph: string, provided: SelectionSets | undefined): Cost {
    if (field.sets.length === 0) return nothing;
    const given = own.provides === undefined ? provided : [...(provided ?? []), own.provides];
    return this.#ofObjects(field.sets, namedTypeOf(own.type), graph, given?.length === 0 ? undefined : given);
  }

  #ofObjects(sets: SelectionSets, typeName: string, graph: string, provided: SelectionSets | undefined): Cost {
    const question = `${typeName} ${graph} ${this.#idOf(provided)}`;
    let known = this.#known.get(sets);
    if (known === undefined) {
      known = new Map();
      this.#known.set(sets, known);
    }
    let cost = known.get(question);
    if (cost === undefined) {
      cost = this.#ofAnyType(sets, typeName, { graph, provided });
      known.set(question, cost);
    }
    return cost;
  }

  /** What the object type takes that takes most. */
  #ofAnyType(sets: SelectionSets, typeName: string, holder: Holder): Cost {
    const type = this.#model.types.get(typeName);
    const there = type?.graphs.get(holder.graph);
    if (type === undefined || there === undefined) return { missing: 1, waves: 0, fetches: 0 };
    if (there.isInterfaceObject) return this.#of(sets, type, holder);
    let cost = nothing;
    for (const name of there.possible) {
      const one = this.#model.types.get(name);
      if (one === undefined) continue;
      const { missing, waves, fetches } = this.#of(sets, one, holder);
      cost = {
        missing: Math.max(cost.missing, missing),
        waves: Math.max(cost.waves, waves),
        fetches: Math.max(cost.fetches, fetches),
      };
    }
    return cost;
  }

  #of(sets: SelectionSets, type: CompositeType, holder: Holder): Cost {
    if (this.#budget <= 0) return nothing;
    this.#budget -= 1;
    return this.choose(this.#collector.fieldsOf(sets, type.name).values(), type, [holder]).cost;
  }

  #idOf(provided: SelectionSets | undefined): string {
    if (provided === undefined) return '';
    return provided.map((set) => this.#idOfSet(set)).join(',');
  }

  #idOfSet(set: object): number {
    const id = this.#setIds.get(set) ?? this.#setIds.size;
    this.#setIds.set(set, id);
    return id;
  }
}

function isBetter(one: Option, other: Option | undefined): boolean {
  if (other === undefined) return true;
  return (one.missing - other.missing || one.waves - other.waves || one.distance - other.distance) < 0;
}

/** Whether nobody provides anything of the object, and nothing is required for the field. */
function isPlain({ graphs }: Field, held: readonly Holder[] | undefined): boolean {
  for (const { provided } of held ?? []) if (provided !== undefined) return false;
  for (const { requires } of graphs.values()) if (requires !== undefined) return false;
  return true;
}

function isHeldBy(held: readonly Holder[], graph: string): boolean {
  for (const holder of held) if (holder.graph === graph) return true;
  return false;
}
