import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
import type { AccessModel } from './access-model.ts';
import type { Demand } from './requirement.ts';

/** Gives the object types of named types. Kept for one operation: fragments can narrow them in too many ways to keep for all. */
export class ObjectTypesOf {
  readonly #schema: GraphQLSchema;
  readonly #model: AccessModel;
  readonly #known = new Map<string, ObjectTypes>();

  constructor(schema: GraphQLSchema, model: AccessModel) {
    this.#schema = schema;
    this.#model = model;
  }

  /** Object types of which the values of a type may be; none for scalars and enums. */
  of(type: GraphQLOutputType): ObjectTypes {
    const named = getNamedType(type);
    let types = this.#known.get(named.name);
    if (types === undefined) {
      const possible = isAbstractType(named) ? this.#schema.getPossibleTypes(named) : [named].filter(isObjectType);
      types = this.create(possible);
      this.#known.set(named.name, types);
    }
    return types;
  }

  create(types: readonly GraphQLObjectType[]): ObjectTypes {
    return new ObjectTypes(types, this.#model, this);
  }
}

/** Object types of which the objects at some place of an operation may be; what follows from them is worked out once. */
export class ObjectTypes {
  readonly names: ReadonlySet<string>;
  readonly types: readonly GraphQLObjectType[];
  readonly #model: AccessModel;
  readonly #all: ObjectTypesOf;
  readonly #narrowed = new Map<ObjectTypes, ObjectTypes>();
  readonly #below = new Map<string, ObjectTypes>();
  readonly #demands = new Map<string, readonly Demand[]>();

  constructor(types: readonly GraphQLObjectType[], model: AccessModel, all: ObjectTypesOf) {
    this.names = new Set(types.map(({ name }) => name));
    this.types = types;
    this.#model = model;
    this.#all = all;
  }

  /** Those that are among others too. */
  within(others: ObjectTypes): ObjectTypes {
    return remember(this.#narrowed, others, () => {
      const both = this.types.filter(({ name }) => others.names.has(name));
      return both.length === this.types.length ? this : this.#all.create(both);
    });
  }

  /** Those below a field; the objects themselves may say more of it than their interface does, whose `definition` is selected. */
  below(field: string, definition: GraphQLField<unknown, unknown>): ObjectTypes {
    return remember(this.#below, field, () => {
      if (field.startsWith('__')) return this.#all.of(definition.type);
      const fields = this.types.flatMap((type) => type.getFields()[field] ?? []);
      const below = [...new Set(fields.map(({ type }) => this.#all.of(type)))];
      const [only] = below;
      return only !== undefined && below.length === 1 ? only : this.#all.create(union(below));
    });
  }

  /** What a field demands that is asked of all of them. */
  demandsOf(field: string): readonly Demand[] {
    return remember(this.#demands, field, () => [
      ...new Set(this.types.flatMap(({ name }) => this.#model.demandsOf(name, field))),
    ]);
  }
}

function union(lists: readonly ObjectTypes[]): readonly GraphQLObjectType[] {
  return [...new Set(lists.flatMap(({ types }) => types))];
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, create: () => Value): Value {
  const value = known.get(key) ?? create();
  known.set(key, value);
  return value;
}
