import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { eachField, type Fragments, readFragments } from '../../operation/each-field.ts';
import type { Operation } from '../../operation/operation.ts';
import { createCoordinateMatcher } from '../authorization/coordinate-pattern.ts';

/** For each list of patterns, how often an operation selects a field that one of them means. */
type FieldCounter = (operation: Operation) => readonly number[];

/**
 * Counts the fields that patterns such as `Mutation.login` mean, once for each operation. What is merged into one field of the answer
 * counts once, and what is selected under several aliases several times. A field of an interface is also that of the types that
 * implement it, and the other way around. `@skip` and `@include` are not looked at: they depend on the request.
 */
export function createFieldCounter(schema: GraphQLSchema, patterns: readonly (readonly string[])[]): FieldCounter {
  const listsOf = createCoordinateLookup(schema, patterns);
  const counted = new WeakMap<Operation, readonly number[]>();
  return (operation) => {
    let counts = counted.get(operation);
    if (counts === undefined) {
      counts = new Count(schema, listsOf, operation, patterns.length).counts;
      counted.set(operation, counts);
    }
    return counts;
  };
}

/** The patterns that mean no field of a schema, such as misspelled ones. */
export function findUnmatched(schema: GraphQLSchema, patterns: readonly string[]): readonly string[] {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
  return patterns.filter((pattern) => {
    const matches = createCoordinateMatcher(pattern);
    return !types.some((type) => Object.keys(type.getFields()).some((field) => matches(type.name, field)));
  });
}

/** The positions of the lists of patterns that mean a field of a type. */
type CoordinateLookup = (type: GraphQLNamedType, field: string) => readonly number[];

function createCoordinateLookup(schema: GraphQLSchema, patterns: readonly (readonly string[])[]): CoordinateLookup {
  const matchers = patterns.map((list) => list.map(createCoordinateMatcher));
  const found = new Map<string, readonly number[]>();
  return (type, field) => {
    const coordinate = `${type.name}.${field}`;
    let positions = found.get(coordinate);
    if (positions === undefined) {
      const names = relativesOf(schema, type).map(({ name }) => name);
      positions = [...matchers.keys()].filter((position) =>
        matchers[position]?.some((matches) => names.some((name) => matches(name, field))),
      );
      found.set(coordinate, positions);
    }
    return positions;
  };
}

/** A type, the interfaces that it implements, and the types that it may be. */
function relativesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLNamedType[] {
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
  return [type, ...interfaces, ...(isAbstractType(type) ? schema.getPossibleTypes(type) : [])];
}

interface Selections {
  readonly set: SelectionSetNode;
  readonly parent: string | undefined;
}

interface SelectedField {
  readonly node: FieldNode;
  readonly parent: GraphQLNamedType | undefined;
}

class Count {
  readonly #schema: GraphQLSchema;
  readonly #listsOf: CoordinateLookup;
  readonly #fragments: Fragments;
  readonly counts: number[];

  constructor(schema: GraphQLSchema, listsOf: CoordinateLookup, { document, definition }: Operation, lists: number) {
    this.#schema = schema;
    this.#listsOf = listsOf;
    this.counts = new Array<number>(lists).fill(0);
    this.#fragments = readFragments(document);
    this.#count([{ set: definition.selectionSet, parent: schema.getRootType(definition.operation)?.name }]);
  }

  #count(sources: readonly Selections[]): void {
    const groups = new Map<string, SelectedField[]>();
    const spread = new Set<string>();
    const add = (node: FieldNode, type: string | undefined) => {
      const responseName = (node.alias ?? node.name).value;
      const group = groups.get(responseName) ?? [];
      group.push({ node, parent: type === undefined ? undefined : this.#schema.getType(type) });
      groups.set(responseName, group);
    };
    for (const { set, parent } of sources) eachField(set, parent, this.#fragments, add, spread);
    for (const fields of groups.values()) {
      const touched = fields.flatMap(({ node, parent }) => (parent ? this.#listsOf(parent, node.name.value) : []));
      for (const position of new Set(touched)) this.counts[position] = (this.counts[position] ?? 0) + 1;
      this.#count(fields.flatMap(toInner));
    }
  }
}

function toInner({ node, parent }: SelectedField): readonly Selections[] {
  if (node.selectionSet === undefined) return [];
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  return [{ set: node.selectionSet, parent: field && getNamedType(field.type).name }];
}
