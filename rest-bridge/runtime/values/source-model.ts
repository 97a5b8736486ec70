import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { attempt, DirectiveError, type ProblemList } from '../rest-problem.ts';
import { hasDirective, readRestName } from '../sdl/read-directives.ts';
import { isRecord } from './is-record.ts';
import { Entity, type Property, readOwn, readProperty } from './source.ts';

/** Where a value lies below an object, such as the key field `warehouse.id`. */
export interface SourcePath {
  readonly text: string;
  /** The field of the object that the path begins with. */
  readonly field: string;
  /** What the path leads to; `undefined` below a free-form scalar. */
  readonly type: GraphQLOutputType | undefined;
  /** The path in the backend's names. */
  readonly restPath: readonly string[];
  readonly read: (source: unknown) => unknown;
}

/** Compiles how fields are found in objects, each type once. */
export class SourceModel {
  readonly #problems: ProblemList;
  readonly #properties = new Map<string, ReadonlyMap<string, Property>>();

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  /** How each field of a type is found in its objects; nothing for types without fields. */
  propertiesOf(type: GraphQLNamedType): ReadonlyMap<string, Property> {
    const known = this.#properties.get(type.name);
    if (known) return known;
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const properties = new Map(fields.map((field) => [field.name, this.#compileProperty(type, field)]));
    this.#properties.set(type.name, properties);
    return properties;
  }

  #compileProperty(owner: GraphQLNamedType, { name, type, astNode }: GraphQLField<unknown, unknown>): Property {
    const restName = attempt(this.#problems.at(`${owner.name}.${name}`), () => readRestName(astNode)) ?? name;
    const isNested = isCompositeType(getNamedType(type)) && !hasDirective(astNode, 'external');
    return { name, restName, type, isNested, toSource: toSourceValue(type) };
  }

  /**
   * Compiles a path from objects of a type.
   *
   * @throws DirectiveError when the path names a field that is not there or goes into a list.
   */
  compilePath(parent: GraphQLNamedType, path: readonly string[]): SourcePath {
    const [field] = path;
    if (field === undefined) throw new DirectiveError('An expression must name a field here, such as {$this.id}.');
    const steps: ((source: unknown) => unknown)[] = [];
    const restPath: string[] = [];
    let owner: GraphQLNamedType | undefined = parent;
    let type: GraphQLOutputType | undefined;
    for (const name of path) {
      if (type) owner = ownerOf(type, name);
      if (!owner) {
        type = undefined;
        restPath.push(name);
        steps.push((source) => readOwn(source, name));
        continue;
      }
      const property = this.propertiesOf(owner).get(name);
      if (!property) throw new DirectiveError(`${owner.name} has no field "${name}".`);
      type = property.type;
      restPath.push(property.restName);
      steps.push((source) => readProperty(source, property));
    }
    const [only] = steps;
    const read =
      only && steps.length === 1 ? only : (source: unknown) => steps.reduce((value, step) => step(value), source);
    return { text: path.join('.'), field, type, restPath, read };
  }
}

/** The type whose field `name` is read next; `undefined` for a free-form scalar, where any name may follow. */
function ownerOf(type: GraphQLOutputType, name: string): GraphQLNamedType | undefined {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) throw new DirectiveError(`An expression cannot go into a list to find "${name}".`);
  const named = getNamedType(nullable);
  if (isScalarType(named) && !isSpecifiedScalarType(named)) return undefined;
  if (!isCompositeType(named)) throw new DirectiveError(`${named.name} has no field "${name}".`);
  return named;
}

function toSourceValue(type: GraphQLOutputType): (value: unknown) => unknown {
  const named = getNamedType(type);
  if (isEnumType(named)) {
    return (value) =>
      mapItems(value, (item) => (typeof item === 'string' ? (named.getValue(item)?.value ?? item) : item));
  }
  if (isCompositeType(named)) {
    return (value) => mapItems(value, (item) => (isRecord(item) ? new Entity(item) : item));
  }
  return (value) => value;
}

function mapItems(value: unknown, map: (item: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map((item) => mapItems(item, map)) : map(value);
}
