import { Kind, type SelectionSetNode } from 'graphql';
import type { CaseFaults } from './case.ts';
import type { UniverseField } from './graph-index.ts';
import type { SubgraphKey, SubgraphModel } from './subgraph-model.ts';
import { subsetFor } from './subset-for.ts';
import { isThing, type Thing } from './thing.ts';
import { nameOf } from './type-name.ts';
import type { Universe } from './universe.ts';

/**
 * Whether an engine can have a value:
 * - `sure`: in every lawful way;
 * - `absent`: in none, since nobody who could say knows the entity: null, and no error where null may be;
 * - `failed`: in none, since those who could say are down: null and an error;
 * - `open`: in some ways and not in others: the value, or null with or without an error;
 * - `wild`: what it is computed from is not sure, so anything may come of it.
 */
export type Availability = 'sure' | 'absent' | 'failed' | 'open' | 'wild';

/** Tells for each field of each object how far entities that dangle and subgraphs that are down reach. */
export class AvailabilityOracle {
  readonly #universe: Universe;
  readonly #down: ReadonlySet<string>;
  readonly #broken: ReadonlySet<string>;

  constructor(universe: Universe, { down, broken }: CaseFaults) {
    this.#universe = universe;
    this.#down = new Set(down);
    this.#broken = new Set(broken);
  }

  of(thing: Thing, name: string): Availability {
    const field = this.#universe.graph.field(thing.type, name);
    if (field === undefined) return 'sure';
    const around = this.#universe.graph.subgraphsOf(thing.type);
    const dead = around.filter((subgraph) => this.#isDead(subgraph, thing));
    const isBroken = around.some((subgraph) => this.#broken.has(subgraph.name));
    if (!isBroken && thing.index !== undefined && this.#isKnownEverywhere(name, around, thing.type)) return 'sure';
    const own = this.#ofProviders(field, thing);
    if (own === 'failed') return own;
    if (own === 'absent') return this.#isSurelyAsked(around, thing, field.requires) ? own : 'open';
    if (field.requires !== undefined && !this.#isSureWithin(thing, field.requires)) return 'wild';
    if (isBroken) return 'open';
    if (dead.length === 0) return own;
    if (own === 'open' || field.requires !== undefined) return 'open';
    return this.#isDirect(thing, around) ? 'sure' : 'open';
  }

  /** Whether nobody may be left to tell of what type the objects of a field are that is known as an interface object. */
  hidesTypes(thing: Thing, name: string): boolean {
    const { providers = [] } = this.#universe.graph.field(thing.type, name) ?? {};
    return providers.some(({ subgraph, field: { type } }) => {
      const target = nameOf(type);
      if (subgraph.types.get(target)?.isInterfaceObject !== true) return false;
      return this.#universe.graph.models.some(
        (model) =>
          (this.#down.has(model.name) || this.#broken.has(model.name)) && model.types.get(target)?.isInterface === true,
      );
    });
  }

  #ofProviders({ name, providers }: UniverseField, thing: Thing): Availability {
    const dead = providers.filter(({ subgraph }) => this.#isDead(subgraph, thing));
    if (dead.length === 0) return 'sure';
    const comesAlong = ({ name: subgraph }: SubgraphModel) =>
      !this.#down.has(subgraph) && this.#universe.graph.mayBeProvided(subgraph, name);
    if (dead.length < providers.length || this.#universe.graph.models.some(comesAlong)) return 'open';
    const down = providers.filter(({ subgraph }) => this.#down.has(subgraph.name));
    if (down.length === providers.length) return 'failed';
    return down.length === 0 ? 'absent' : 'open';
  }

  /** Whether those who do not know an entity are asked in every way: no other has to be asked before who may fail. */
  #isSurelyAsked(around: readonly SubgraphModel[], thing: Thing, requires: UniverseField['requires']): boolean {
    if (requires !== undefined && !this.#isSureWithin(thing, requires)) return false;
    const fails = ({ name }: SubgraphModel) => this.#down.has(name) || this.#broken.has(name);
    return !around.some(fails) || this.#isDirect(thing, around);
  }

  #isDead(subgraph: SubgraphModel, thing: Thing): boolean {
    if (this.#down.has(subgraph.name)) return true;
    const entity = thing.index === undefined ? thing.owner : thing;
    return entity !== undefined && this.#universe.isDangling(subgraph, entity);
  }

  /** Whether any subgraph is reached from any other without a third one. */
  #isDirect({ type, index }: Thing, around: readonly SubgraphModel[]): boolean {
    if (type === 'Query' || type === 'Mutation') return true;
    if (index === undefined) return this.#universe.graph.isWhole(type);
    return this.#commonKeys(type, around).length > 0;
  }

  /** Whether whoever refers to an entity says this field of it too. */
  #isKnownEverywhere(name: string, around: readonly SubgraphModel[], type: string): boolean {
    return this.#commonKeys(type, around).some(({ fields }) => subsetFor(fields, name).length > 0);
  }

  #commonKeys(type: string, around: readonly SubgraphModel[]): readonly SubgraphKey[] {
    const [first, ...others] = around.map(({ types }) => types.get(type)?.keys ?? []);
    return (first ?? []).filter(({ text }) => others.every((keys) => keys.some((key) => key.text === text)));
  }

  #isSureWithin(thing: Thing, set: SelectionSetNode): boolean {
    return set.selections.every((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
      if (selection.kind === Kind.INLINE_FRAGMENT) return this.#isSureWithin(thing, selection.selectionSet);
      if (selection.name.value === '__typename') return true;
      if (this.#universe.graph.field(thing.type, selection.name.value) === undefined) return true;
      if (this.of(thing, selection.name.value) !== 'sure') return false;
      const below = selection.selectionSet;
      if (below === undefined) return true;
      const value = this.#universe.valueOf(
        thing,
        selection.name.value,
        this.#universe.graph.argumentsOf(thing.type, selection),
      );
      return thingsIn(value).every((one) => this.#isSureWithin(one, below));
    });
  }
}

function thingsIn(value: unknown): readonly Thing[] {
  if (Array.isArray(value)) return value.flatMap(thingsIn);
  return isThing(value) ? [value] : [];
}
