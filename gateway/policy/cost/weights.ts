import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { CostConfig } from '../../config/cost.ts';
import type { CostDirectives, ListSize } from './cost-directives.ts';
import type { Scope } from './scope.ts';

const mutationWeight = 10;

/** A field's declaration: the type whose field it is, and its name. */
export interface FieldKey {
  readonly parent: GraphQLNamedType;
  readonly name: string;
}

/** What types, fields and arguments weigh: by the configuration, else by `@cost`, else by their kind. */
export class Weights {
  readonly #schema: GraphQLSchema;
  readonly #directives: CostDirectives;
  readonly #configured: Readonly<Record<string, number>>;
  readonly #types = new Map<GraphQLNamedType, number>();
  /** Names of fields of which anything is said anywhere: all others need no look at the types that a field may be of. */
  readonly #namedFields = new Set<string>();

  constructor(schema: GraphQLSchema, directives: CostDirectives, configured: CostConfig['weights']) {
    this.#schema = schema;
    this.#directives = directives;
    this.#configured = configured;
    for (const coordinate of [
      ...directives.weights.keys(),
      ...directives.listSizes.keys(),
      ...Object.keys(configured),
    ]) {
      const [, field] = coordinate.split(/[.(]/, 2);
      if (field !== undefined) this.#namedFields.add(field);
    }
  }

  /** Of the operation as such: 10 for a mutation, else nothing. */
  ofRoot(type: GraphQLNamedType): number {
    return this.at(type.name) ?? (type === this.#schema.getMutationType() ? mutationWeight : 0);
  }

  /** One object or input object weighs 1, a leaf nothing, and an abstract type what the dearest of its types weighs. */
  ofType(type: GraphQLNamedType): number {
    let weight = this.#types.get(type);
    if (weight === undefined) {
      weight = this.at(type.name) ?? this.#ofKind(type);
      this.#types.set(type, weight);
    }
    return weight;
  }

  /** What is said of a coordinate. */
  at(coordinate: string): number | undefined {
    return this.#configured[coordinate] ?? this.#directives.weights.get(coordinate);
  }

  /**
   * What one value of a field weighs in place of its type; `undefined` when nothing is said of it. A field of an interface
   * about which nothing is said weighs what the dearest of its implementations does.
   */
  ofField(field: FieldKey, scope: Scope): number | undefined {
    const own = this.at(`${field.parent.name}.${field.name}`);
    if (own !== undefined || !this.#isImplemented(field)) return own;
    const said = scope.types.map((type) => this.at(`${type.name}.${field.name}`));
    if (said.every((weight) => weight === undefined)) return undefined;
    const weights = scope.types.map((type, index) => {
      const returned = type.getFields()[field.name]?.type;
      return said[index] ?? (returned === undefined ? 0 : this.ofType(getNamedType(returned)));
    });
    return weights.reduce((most, weight) => Math.max(most, weight));
  }

  /** What is said of an argument, or the most of what implementations say of theirs. */
  ofArgument(field: FieldKey, argument: string, scope: Scope): number | undefined {
    const own = this.at(`${field.parent.name}.${field.name}(${argument}:)`);
    if (own !== undefined || !this.#isImplemented(field)) return own;
    const said = scope.types.flatMap((type) => this.at(`${type.name}.${field.name}(${argument}:)`) ?? []);
    return said.length === 0 ? undefined : said.reduce((most, weight) => Math.max(most, weight));
  }

  /** All that is said of the size of a field's list, by the field itself or by its implementations. */
  listSizesOf(field: FieldKey, scope: Scope): readonly ListSize[] {
    const { listSizes } = this.#directives;
    const own = listSizes.get(`${field.parent.name}.${field.name}`);
    if (!this.#isImplemented(field)) return own === undefined ? [] : [own];
    const said = scope.types.flatMap((type) => listSizes.get(`${type.name}.${field.name}`) ?? []);
    return own === undefined ? said : [own, ...said];
  }

  /** Coordinates of the configuration that lead nowhere in this schema. */
  unknownCoordinates(): readonly string[] {
    return Object.keys(this.#configured).filter((coordinate) => !this.#exists(coordinate));
  }

  #isImplemented({ parent, name }: FieldKey): boolean {
    return isInterfaceType(parent) && this.#namedFields.has(name);
  }

  #ofKind(type: GraphQLNamedType): number {
    if (isAbstractType(type)) {
      const weights = this.#schema.getPossibleTypes(type).map((possible) => this.ofType(possible));
      return weights.length === 0 ? 1 : weights.reduce((most, weight) => Math.max(most, weight));
    }
    return isCompositeType(type) || isInputObjectType(type) ? 1 : 0;
  }

  #exists(coordinate: string): boolean {
    const [typeName = '', fieldName, argumentName] = coordinate.split(/[.(:]/, 3);
    const type = this.#schema.getType(typeName);
    if (type === undefined || fieldName === undefined) return type !== undefined;
    if (isInputObjectType(type)) return Object.hasOwn(type.getFields(), fieldName) && argumentName === undefined;
    if (!isObjectType(type) && !isInterfaceType(type)) return false;
    const fields = type.getFields();
    const field = Object.hasOwn(fields, fieldName) ? fields[fieldName] : undefined;
    return field !== undefined && (argumentName === undefined || field.args.some(({ name }) => name === argumentName));
  }
}
