import {
  type FieldNode,
  getArgumentValues,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { strictestType } from './strictest-type.ts';
import type { SubgraphField, SubgraphModel, SubgraphType } from './subgraph-model.ts';
import { nameOf } from './type-name.ts';

/** A field of an object type, over all subgraphs. */
export interface UniverseField {
  readonly name: string;
  /** Fits the field's type in every subgraph. */
  readonly type: TypeNode;
  readonly providers: readonly Provider[];
  /** With those that only refer to it. */
  readonly declarers: readonly Provider[];
  readonly requires: SelectionSetNode | undefined;
}

interface Provider {
  readonly subgraph: SubgraphModel;
  /** An interface where the subgraph has the field through an interface object. */
  readonly type: SubgraphType;
  readonly field: SubgraphField;
}

/** What all subgraphs together say: which object types there are, and who has which field of them. */
export class GraphIndex {
  readonly models: readonly SubgraphModel[];
  readonly #subgraphs = new Map<string, SubgraphModel[]>();
  readonly #fields = new Map<string, Map<string, UniverseField>>();
  readonly #keyRoles = new Map<string, number>();
  readonly #entities = new Set<string>();
  readonly #takers = new Map<string, string>();
  readonly #mayDangle = new Set<string>();
  readonly #provided = new Set<string>();
  readonly #required = new Set<string>();
  readonly #identifying = new Set<string>();

  constructor(models: readonly SubgraphModel[]) {
    this.models = models;
    for (const model of models) this.#noteTakers(model);
    for (const subgraph of models) {
      for (const type of subgraph.types.values()) {
        for (const object of this.#objectsOf(type)) {
          const subgraphs = this.#subgraphs.get(object) ?? [];
          if (!subgraphs.includes(subgraph)) this.#subgraphs.set(object, [...subgraphs, subgraph]);
          if (type.keys.length > 0) this.#entities.add(object);
          for (const field of type.fields.values()) this.#addField(object, { subgraph, type, field });
          this.#addKeyRoles(object, type);
        }
      }
    }
    for (const model of models) this.#noteFieldSets(model);
    for (const model of models) this.#noteDangling(model);
  }

  isEntity(type: string): boolean {
    return this.#entities.has(type);
  }

  /** Entities whose keys must tell them apart from those of other types too, in order. */
  entitiesInInterfaces(): readonly string[] {
    return [...this.#entities]
      .filter((name) => this.models.some(({ types }) => (types.get(name)?.interfaces.length ?? 0) > 0))
      .sort();
  }

  field(type: string, name: string): UniverseField | undefined {
    return this.#fields.get(type)?.get(name);
  }

  /** For key fields: 0 when the field alone tells entities apart, else its place in a key of several, from 1. */
  keyRole(type: string, field: string): number | undefined {
    return this.#keyRoles.get(`${type}.${field}`);
  }

  /** Subgraphs that have an object type, through an interface object too. */
  subgraphsOf(type: string): readonly SubgraphModel[] {
    return this.#subgraphs.get(type) ?? [];
  }

  /** Whether every subgraph that has the type has all of it. */
  isWhole(type: string): boolean {
    const count = this.subgraphsOf(type).length;
    return [...(this.#fields.get(type)?.values() ?? [])].every(({ providers }) => providers.length === count);
  }

  /** The subgraph that overrides a field of another one. */
  takerOf(subgraph: string, type: string, field: string): string | undefined {
    return this.#takers.get(`${subgraph} ${type}.${field}`);
  }

  /** Whether a subgraph meets entities of a type only as representations, so that it need not know all of them. */
  mayDangle(subgraph: string, type: string): boolean {
    return this.#mayDangle.has(`${subgraph} ${type}`);
  }

  /** Whether a field of this name may come along with another one in a subgraph. */
  mayBeProvided(subgraph: string, field: string): boolean {
    return this.#provided.has(`${subgraph} ${field}`);
  }

  /** Whether some field or some key is made with a field of this name. */
  isRequired(field: string): boolean {
    return this.#required.has(field);
  }

  /** Whether some key has a field of this name, within its fields too. */
  isIdentifying(field: string): boolean {
    return this.#identifying.has(field);
  }

  /** Object types that may be behind a type of a subgraph. */
  possibleTypes({ schema, types }: SubgraphModel, name: string): readonly string[] {
    const type = schema.getType(name);
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    return objects.flatMap((object) =>
      types.get(object.name)?.isInterfaceObject === true ? this.#implementations(object.name) : [object.name],
    );
  }

  /** Whether an object type is, or may stand behind, a type of some subgraph. */
  isOf(object: string, type: string): boolean {
    if (object === type) return true;
    return this.models.some((model) => this.possibleTypes(model, type).includes(object));
  }

  /** The arguments of a selected field as a resolver gets them: coerced, with defaults. */
  argumentsOf(type: string, node: FieldNode): Readonly<Record<string, unknown>> {
    const [provider] = this.field(type, node.name.value)?.providers ?? [];
    const parent = provider?.subgraph.schema.getType(provider.type.name);
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    return field === undefined ? {} : getArgumentValues(field, node);
  }

  #objectsOf(type: SubgraphType): readonly string[] {
    if (type.isInterfaceObject) return this.#implementations(type.name);
    return type.isInterface ? [] : [type.name];
  }

  #implementations(name: string): readonly string[] {
    const found = new Set<string>();
    for (const { types } of this.models) {
      for (const type of types.values()) {
        if (!type.isInterface && type.interfaces.includes(name)) found.add(type.name);
      }
    }
    return [...found].sort();
  }

  #noteTakers({ name, types }: SubgraphModel): void {
    for (const type of types.values()) {
      for (const { name: field, overrides } of type.fields.values()) {
        if (overrides !== undefined) this.#takers.set(`${overrides} ${type.name}.${field}`, name);
      }
    }
  }

  #addField(object: string, provider: Provider): void {
    const fields = this.#fields.get(object) ?? new Map<string, UniverseField>();
    this.#fields.set(object, fields);
    const { name, type, external, requires } = provider.field;
    const known = fields.get(name);
    const taken = this.takerOf(provider.subgraph.name, provider.type.name, name) !== undefined;
    fields.set(name, {
      name,
      type: known === undefined ? type : strictestType(known.type, type),
      providers: [...(known?.providers ?? []), ...(external || taken ? [] : [provider])],
      declarers: [...(known?.declarers ?? []), provider],
      requires: known?.requires ?? requires,
    });
  }

  #addKeyRoles(object: string, { keys }: SubgraphType): void {
    for (const { fields } of keys) {
      for (const [place, selection] of fields.selections.entries()) {
        if (selection.kind !== Kind.FIELD) continue;
        const coordinate = `${object}.${selection.name.value}`;
        const role = fields.selections.length === 1 ? 0 : place + 1;
        this.#keyRoles.set(coordinate, Math.min(role, this.#keyRoles.get(coordinate) ?? role));
      }
    }
  }

  #noteFieldSets({ name: subgraph, types }: SubgraphModel): void {
    for (const { fields } of [...types.values()].flatMap(({ keys }) => keys)) {
      for (const name of namesWithin(fields)) this.#identifying.add(name);
    }
    for (const name of this.#identifying) this.#required.add(name);
    for (const { requires, provides } of [...types.values()].flatMap((type) => [...type.fields.values()])) {
      if (requires !== undefined) for (const name of namesWithin(requires)) this.#required.add(name);
      if (provides !== undefined) for (const name of namesWithin(provides)) this.#provided.add(`${subgraph} ${name}`);
    }
  }

  #noteDangling(model: SubgraphModel): void {
    const own = new Set<string>();
    for (const type of model.types.values()) {
      // Who tells of what types objects are must know all of them.
      const tellsTypes = type.isInterface && type.keys.length > 0;
      const referred = [...type.fields.values()].map((field) => nameOf(field.type));
      for (const name of tellsTypes ? [type.name, ...referred] : referred) {
        for (const object of this.possibleTypes(model, name)) own.add(object);
      }
    }
    for (const object of [...model.types.values()].flatMap((type) => this.#objectsOf(type))) {
      if (this.#entities.has(object) && !own.has(object)) this.#mayDangle.add(`${model.name} ${object}`);
    }
  }
}

function namesWithin(set: SelectionSetNode): readonly string[] {
  return set.selections.flatMap((selection) => {
    const below = 'selectionSet' in selection && selection.selectionSet ? namesWithin(selection.selectionSet) : [];
    return selection.kind === Kind.FIELD ? [selection.name.value, ...below] : below;
  });
}
