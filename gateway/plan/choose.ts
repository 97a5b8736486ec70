import type { SelectionSetNode } from 'graphql';
import { addToList } from './add-to-list.ts';
import { append } from './append.ts';
import { type Chosen, cover } from './cover.ts';
import type { Cost, KnownCosts } from './known-costs.ts';
import type { CompositeType, Field, FieldInGraph, SupergraphModel } from './model.ts';
import { bestOf, countFetches, type Option, ofMissing } from './option.ts';
import { TooManyPlacesError } from './plan-error.ts';
import type { Jumps, Reach } from './reach.ts';
import { type Collector, fieldOf, type SelectedField, type SelectedFields, type SelectionSets } from './selected.ts';

/** A subgraph that holds an object. */
export interface Holder {
  readonly graph: string;
  /** What it gives of the object beyond its own fields (`@provides`). */
  readonly provided: SelectionSets | undefined;
}

/** How many objects are looked into. */
export interface Looks {
  readonly most: number;
  /** Whether what comes after them is taken as it is; otherwise it is too much. */
  readonly areFinal: boolean;
}

export interface Choice {
  /** Of each field; nothing of one that cannot be had, and of `__typename`. */
  readonly options: Chosen;
  readonly cost: Cost;
}

interface KnownChoice {
  readonly graph: string;
  readonly choice: Choice;
}

const nothing: Cost = { missing: 0, waves: 0, fetches: 0 };
const impossible: Cost = { missing: 1, waves: 0, fetches: 0 };
const noOptions: readonly Option[] = [];
const noChoices: readonly KnownChoice[] = [];

/** Those to leaves, by where an object is held; the same in every operation, but for what is provided or required. */
const leafOptions = new WeakMap<Jumps, LeafOptions>();
type LeafOptions = Map<Field, readonly Option[]>;

/**
 * Chooses the subgraph for each field of an object: first so that all can be had, then with the fewest fetches after one another, then
 * with the fewest fetches. What lies below a field is estimated as if it were alone, and only so long as the looks last.
 */
export class Chooser {
  readonly #model: SupergraphModel;
  readonly #collector: Collector;
  readonly #reach: Reach;
  readonly #known: KnownCosts;
  /** By what is selected of objects that one subgraph holds, and provides nothing of. */
  readonly #choices = new Map<SelectedFields, KnownChoice[]>();
  readonly #required = new Map<SelectionSetNode, Map<string, Cost>>();
  /** How many fields that are required are being looked into. */
  #requiring = 0;
  readonly #looks: Looks;
  #left: number;

  constructor(model: SupergraphModel, collector: Collector, reach: Reach, known: KnownCosts, looks: Looks) {
    this.#model = model;
    this.#known = known;
    this.#collector = collector;
    this.#reach = reach;
    this.#looks = looks;
    this.#left = looks.most;
  }

  /** @param held `undefined` for a root type, which every subgraph holds */
  choose(fields: SelectedFields, type: CompositeType, held: readonly Holder[] | undefined): Choice {
    const known = this.#knownChoice(fields, held);
    if (known !== undefined) return known;
    const choice = this.#chooseAnew(fields, type, held);
    const only = held?.length === 1 ? held[0] : undefined;
    if (only !== undefined) this.#keepChoice(fields, only, choice);
    return choice;
  }

  /** What requires itself cannot be had only so long as it is looked into. */
  #keepChoice(fields: SelectedFields, { graph, provided }: Holder, choice: Choice): void {
    if (provided === undefined && this.#requiring === 0) addToList(this.#choices, fields, { graph, choice });
  }

  #knownChoice(fields: SelectedFields, held: readonly Holder[] | undefined): Choice | undefined {
    const holder = held?.[0];
    if (held?.length !== 1 || holder === undefined || holder.provided !== undefined) return undefined;
    for (const { graph, choice } of this.#choices.get(fields) ?? noChoices) if (graph === holder.graph) return choice;
    return undefined;
  }

  #chooseAnew(fields: SelectedFields, type: CompositeType, held: readonly Holder[] | undefined): Choice {
    const jumps = held && this.#reach.from(type, held);
    const leaves = jumps && !providesAnything(held) ? leafOptionsOf(jumps) : undefined;
    let missing = 0;
    let waves = 0;
    const ways = fields.map((field) => {
      if (field.name === '__typename') return noOptions;
      const options = this.#optionsOf(field, type, held, jumps, leaves);
      const best = bestOf(options);
      missing += best === undefined ? 1 : best.missing;
      if (best === undefined) return noOptions;
      waves = Math.max(waves, best.waves);
      return ofMissing(options, best.missing);
    });
    const chosen = cover(ways, waves);
    return { options: chosen, cost: { missing, waves, fetches: countFetches(chosen) } };
  }

  /** @param leaves `undefined` where options to leaves are not the same always */
  #optionsOf(
    field: SelectedField,
    type: CompositeType,
    held: readonly Holder[] | undefined,
    jumps: Jumps | undefined,
    leaves: LeafOptions | undefined,
  ): readonly Option[] {
    const { definition } = field;
    if (definition === undefined) return noOptions;
    if (leaves === undefined || field.sets.length > 0) return this.#weigh(field, definition, type, held, jumps);
    let options = leaves.get(definition);
    if (options === undefined) {
      options = this.#weigh(field, definition, type, held, jumps);
      if (requiresNothing(definition)) leaves.set(definition, options);
    }
    return options;
  }

  #weigh(
    field: SelectedField,
    definition: Field,
    type: CompositeType,
    held: readonly Holder[] = [],
    jumps: Jumps | undefined,
  ): readonly Option[] {
    let options: Option[] | undefined;
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
      options = append(options, { graph: holder.graph, distance: 0, requires: undefined, missing, waves, fetches });
    }
    // No other subgraph is asked for a leaf that the only one gives which holds the object.
    if (options !== undefined && held.length === 1 && field.sets.length === 0) return options;
    for (const [graph, own] of definition.graphs) {
      const isHeld = isHeldBy(held, graph);
      if (isHeld && own.requires === undefined) continue;
      const distance = jumps === undefined || isHeld ? 1 : jumps.get(graph)?.distance;
      if (distance === undefined) continue;
      const below = this.#below(field, own, graph, undefined);
      const required = own.requires === undefined ? nothing : this.#ofRequired(own.requires, type, held);
      options = append(options, {
        graph,
        distance,
        requires: own.requires,
        missing: below.missing + required.missing,
        waves: Math.max(distance, required.waves + 1) + below.waves,
        fetches: below.fetches + required.fetches,
      });
    }
    return options ?? noOptions;
  }

  #providedBy(field: SelectedField, type: CompositeType, { provided }: Holder): SelectionSets | undefined {
    return provided && fieldOf(this.#collector.fieldsOf(provided, type.name), field.name)?.sets;
  }

  #ofRequired(requires: SelectionSetNode, type: CompositeType, held: readonly Holder[] | undefined): Cost {
    const question = `${type.name} ${held?.map(({ graph, provided }) => `${graph} ${this.#known.idOf(provided)}`).join('|')}`;
    let byHolders = this.#required.get(requires);
    if (byHolders === undefined) {
      byHolders = new Map();
      this.#required.set(requires, byHolders);
    }
    const known = byHolders.get(question);
    if (known !== undefined) return known;
    // What requires itself, by whatever way, cannot be had.
    byHolders.set(question, impossible);
    this.#requiring += 1;
    const { cost } = this.#chooseAnew(this.#collector.fieldsOf([requires], type.name), type, held);
    this.#requiring -= 1;
    byHolders.set(question, cost);
    return cost;
  }

  #below(field: SelectedField, own: FieldInGraph, graph: string, provided: SelectionSets | undefined): Cost {
    if (field.sets.length === 0) return nothing;
    const given = own.provides === undefined ? provided : [...(provided ?? []), own.provides];
    return this.#ofObjects(field.sets, own.type.named, graph, given?.length === 0 ? undefined : given);
  }

  #ofObjects(sets: SelectionSets, typeName: string, graph: string, given: SelectionSets | undefined): Cost {
    const objects = { sets, type: typeName, graph, provided: this.#known.idOf(given) };
    const known = this.#known.of(objects);
    if (known !== undefined) return known;
    const cost = this.#ofAnyType(sets, typeName, { graph, provided: given });
    this.#known.add(objects, cost);
    return cost;
  }

  /** What the object type takes that takes most. */
  #ofAnyType(sets: SelectionSets, typeName: string, holder: Holder): Cost {
    const type = this.#model.types.get(typeName);
    const there = type?.graphs.get(holder.graph);
    if (type === undefined || there === undefined) return impossible;
    if (there.isInterfaceObject || type.kind === 'object') return this.#of(sets, type, holder);
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
    if (this.#left <= 0 && !this.#looks.areFinal) throw new TooManyPlacesError();
    if (this.#left <= 0) return nothing;
    this.#left -= 1;
    const fields = this.#collector.fieldsOf(sets, type.name);
    const choice = this.#chooseAnew(fields, type, [holder]);
    this.#keepChoice(fields, holder, choice);
    return choice.cost;
  }
}

function leafOptionsOf(jumps: Jumps): LeafOptions {
  let options = leafOptions.get(jumps);
  if (options === undefined) {
    options = new Map();
    leafOptions.set(jumps, options);
  }
  return options;
}

function providesAnything(held: readonly Holder[] | undefined): boolean {
  return held?.some(({ provided }) => provided !== undefined) === true;
}

function requiresNothing({ graphs }: Field): boolean {
  for (const { requires } of graphs.values()) if (requires !== undefined) return false;
  return true;
}

function isHeldBy(held: readonly Holder[], graph: string): boolean {
  return held.some((holder) => holder.graph === graph);
}
