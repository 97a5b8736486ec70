import { isEnumType, Kind, type SelectionSetNode, type TypeNode } from 'graphql';
import { canonicalJson } from './canonical-json.ts';
import type { CaseData } from './case.ts';
import { GraphIndex, type UniverseField } from './graph-index.ts';
import { hash } from './hash.ts';
import type { SubgraphModel } from './subgraph-model.ts';
import { entityCount, entityThing, isThing, type Thing } from './thing.ts';
import { nameOf } from './type-name.ts';

/** A field of one object. */
interface OwnedField extends UniverseField {
  readonly owner: Thing | undefined;
  readonly epoch: number;
}

/** What a value depends on besides the object, the field and its arguments. */
export interface Circumstances {
  /** How many mutations there were: they change all leaves but keys. */
  readonly epoch?: number;
  /** What a subgraph was sent; the truth when it is left out. */
  readonly required?: unknown;
}

/**
 * All data there is: every value is a function of the object, the field, and its arguments, so that each subgraph and the
 * monolith say the same without sharing anything.
 */
export class Universe {
  readonly graph: GraphIndex;
  readonly #data: CaseData;
  readonly #offsets = new Map<string, number>();

  constructor(models: readonly SubgraphModel[], data: CaseData) {
    this.graph = new GraphIndex(models);
    this.#data = data;
    for (const [order, name] of this.graph.entitiesInInterfaces().entries()) {
      this.#offsets.set(name, (order + 1) * entityCount);
    }
  }

  /** Whether a subgraph has nothing on an entity that others refer to. */
  isDangling({ name }: SubgraphModel, { identity, index, type }: Thing): boolean {
    if (index === undefined || this.#data.dangling === 0 || !this.graph.mayDangle(name, type)) return false;
    return hash(`dangling ${this.#data.seed}|${name}|${identity}`) % 100 < this.#data.dangling;
  }

  /** Throws for fields of objects that fail. */
  valueOf(
    thing: Thing,
    name: string,
    args: Readonly<Record<string, unknown>>,
    { epoch = 0, required }: Circumstances = {},
  ): unknown {
    const field = this.graph.field(thing.type, name);
    if (field === undefined) throw new Error(`There is no field ${thing.type}.${name}.`);
    const needs =
      field.requires === undefined ? '' : canonicalJson(required ?? this.select(thing, field.requires, epoch));
    const role = this.graph.keyRole(thing.type, name);
    const place = `${this.#data.seed}|${thing.identity}.${name}(${canonicalJson(args)})${needs}`;
    if (role !== undefined && thing.index !== undefined) return this.#keyValue(thing, field, role, place);
    if (!this.graph.isRequired(name) && hash(`error ${place}`) % 100 < this.#data.errors) {
      throw new Error(`${name} of ${thing.identity} cannot be had.`);
    }
    const owner = thing.index === undefined ? thing.owner : thing;
    return this.#complete(field.type, { ...field, owner, epoch: this.graph.isIdentifying(name) ? 0 : epoch }, place);
  }

  /** What a field set selects of an object, by name. */
  select(thing: Thing, set: SelectionSetNode, epoch = 0): unknown {
    const selected: Record<string, unknown> = {};
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        if (name === '__typename') continue;
        const value = this.valueOf(thing, name, this.graph.argumentsOf(thing.type, selection), { epoch });
        selected[name] = selection.selectionSet ? this.#selectIn(value, selection.selectionSet, epoch) : value;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? thing.type;
        if (this.graph.isOf(thing.type, condition))
          Object.assign(selected, this.select(thing, selection.selectionSet, epoch));
      }
    }
    return selected;
  }

  #selectIn(value: unknown, set: SelectionSetNode, epoch: number): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#selectIn(item, set, epoch));
    return isThing(value) ? this.select(value, set, epoch) : value;
  }

  /** Of a key of several fields none tells entities apart alone. */
  #keyValue(thing: Thing, field: UniverseField, role: number, place: string): unknown {
    const index = (thing.index ?? 0) + (this.#offsets.get(thing.type) ?? 0);
    const number = role === 0 ? index : role === 1 ? index % 2 : index >> 1;
    const name = nameOf(field.type);
    if (name === 'Int' || name === 'Float') return number;
    if (name === 'ID' || name === 'String') return String(number);
    const [type] = this.#typesBehind(field);
    if (type === undefined) return this.#leaf(name, field, place);
    return this.graph.isEntity(type) ? entityThing(type, thing.index ?? 0) : this.#object(type, thing, place);
  }

  #complete(type: TypeNode, field: OwnedField, place: string): unknown {
    if (type.kind === Kind.NON_NULL_TYPE) return this.#present(type.type, field, place);
    if (hash(`null ${place}`) % 100 < this.#data.nulls) return null;
    return this.#present(type, field, place);
  }

  #present(type: TypeNode, field: OwnedField, place: string): unknown {
    if (type.kind === Kind.NON_NULL_TYPE) return this.#present(type.type, field, place);
    if (type.kind === Kind.LIST_TYPE) {
      const length = hash(`length ${place}`) % 4;
      return Array.from({ length }, (_, index) => this.#complete(type.type, field, `${place}[${index}]`));
    }
    const types = this.#typesBehind(field);
    if (types.length === 0)
      return this.#leaf(type.name.value, field, field.epoch === 0 ? place : `${place} ${field.epoch}`);
    return this.#object(types[hash(`type ${place}`) % types.length] ?? '', field.owner, place);
  }

  #object(type: string, owner: Thing | undefined, place: string): Thing {
    if (this.graph.isEntity(type)) return entityThing(type, hash(`which ${place}`) % entityCount);
    const identity = `${type}~${hash(place).toString(36)}${hash(`more ${place}`).toString(36)}`;
    return { type, identity, index: undefined, owner };
  }

  /** None for leaf types. */
  #typesBehind(field: UniverseField): readonly string[] {
    const [first, ...others] = field.declarers.map(({ subgraph, field: { type } }) =>
      this.graph.possibleTypes(subgraph, nameOf(type)),
    );
    return (first ?? []).filter((name) => others.every((types) => types.includes(name)));
  }

  #leaf(name: string, field: UniverseField, place: string): unknown {
    const number = hash(place);
    switch (name) {
      case 'Int':
        return number % 1000;
      case 'Float':
        return (number % 4000) / 4;
      case 'Boolean':
        return number % 2 === 0;
      case 'ID':
      case 'String':
        return `${field.name}-${number.toString(36)}`;
      default:
        return this.#enumValue(name, field, number) ?? scalarValue(number);
    }
  }

  #enumValue(name: string, field: UniverseField, number: number): string | undefined {
    const [first, ...others] = field.declarers.flatMap(({ subgraph }) => {
      const type = subgraph.schema.getType(name);
      return isEnumType(type) ? [type.getValues().map((value) => value.name)] : [];
    });
    const values = (first ?? []).filter((value) => others.every((known) => known.includes(value)));
    return values[number % values.length];
  }
}

/** A custom scalar may be any JSON. */
function scalarValue(number: number): unknown {
  const text = number.toString(36);
  switch (number % 5) {
    case 0:
      return { at: text, list: [1, null, { deep: text }] };
    case 1:
      return [text, number % 7];
    case 2:
      return number % 100_000;
    case 3:
      return number % 2 === 0;
    default:
      return text;
  }
}
