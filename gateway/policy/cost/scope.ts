import {
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
} from 'graphql';

/** The object types that an object may have at some place of an operation. */
export interface Scope {
  readonly id: number;
  readonly types: readonly GraphQLObjectType[];
  readonly has: (type: GraphQLObjectType) => boolean;
}

/** Makes scopes and narrows them by type conditions; the same scope is the same object. */
export class Scopes {
  readonly #schema: GraphQLSchema;
  readonly #ofTypes = new Map<GraphQLCompositeType, Scope>();
  readonly #scopes = new Map<string, Scope>();
  readonly #narrowed = new Map<Scope, Map<GraphQLNamedType, Scope>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  of(type: GraphQLCompositeType): Scope {
    let scope = this.#ofTypes.get(type);
    if (scope === undefined) {
      scope = this.#scopeOf(isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type]);
      this.#ofTypes.set(type, scope);
    }
    return scope;
  }

  /** What is left of a scope under a type condition; no types when they exclude each other. */
  narrow(scope: Scope, condition: GraphQLCompositeType): Scope {
    let conditions = this.#narrowed.get(scope);
    if (conditions === undefined) {
      conditions = new Map();
      this.#narrowed.set(scope, conditions);
    }
    let narrowed = conditions.get(condition);
    if (narrowed === undefined) {
      const isLeft = (type: GraphQLObjectType) =>
        isAbstractType(condition) ? this.#schema.isSubType(condition, type) : type === condition;
      narrowed = this.#scopeOf(scope.types.filter(isLeft));
      conditions.set(condition, narrowed);
    }
    return narrowed;
  }

  #scopeOf(types: readonly GraphQLObjectType[]): Scope {
    const names = types
      .map(({ name }) => name)
      .sort()
      .join(' ');
    let scope = this.#scopes.get(names);
    if (scope === undefined) {
      const set = new Set(types);
      scope = { id: this.#scopes.size, types, has: (type) => set.has(type) };
      this.#scopes.set(names, scope);
    }
    return scope;
  }
}
