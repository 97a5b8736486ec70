import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
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
  readonly parent: GraphQLNamedType | undefined;
}

interface SelectedField {
  readonly node: FieldNode;
  readonly parent: GraphQLNamedType | undefined;
}

class Count {
  readonly #schema: GraphQLSchema;
  readonly #listsOf: CoordinateLookup;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly counts: number[];

  constructor(schema: GraphQLSchema, listsOf: CoordinateLookup, { document, definition }: Operation, lists: number) {
    this.#schema = schema;
    this.#listsOf = listsOf;
    this.counts = new Array<number>(lists).fill(0);
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(node.name.value, node);
    }
    this.#count([{ set: definition.selectionSet, parent: schema.getRootType(definition.operation) ?? undefined }]);
  }

  #count(sources: readonly Selections[]): void {
    const groups = new Map<string, SelectedField[]>();
    const spread = new Set<string>();
    for (const source of sources) this.#collect(groups, spread, source);
    for (const fields of groups.values()) {
      const touched = fields.flatMap(({ node, parent }) => (parent ? this.#listsOf(parent, node.name.value) : []));
      for (const position of new Set(touched)) this.counts[position] = (this.counts[position] ?? 0) + 1;
      this.#count(fields.flatMap(toInner));
    }
  }

  #collect(groups: Map<string, SelectedField[]>, spread: Set<string>, { set, parent }: Selections): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const responseName = selection.alias?.value ?? selection.name.value;
        const group = groups.get(responseName);
        if (group === undefined) groups.set(responseName, [{ node: selection, parent }]);
        else group.push({ node: selection, parent });
        continue;
      }
      const named = selection.kind === Kind.FRAGMENT_SPREAD ? selection.name.value : undefined;
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
      if (fragment === undefined || (named !== undefined && spread.has(named))) continue;
      if (named !== undefined) spread.add(named);
      const { typeCondition: condition, selectionSet } = fragment;
      const type = condition === undefined ? parent : typeFromAST(this.#schema, condition);
      this.#collect(groups, spread, { set: selectionSet, parent: type });
    }
  }
}

function toInner({ node, parent }: SelectedField): readonly Selections[] {
  if (node.selectionSet === undefined) return [];
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  return [{ set: node.selectionSet, parent: field && getNamedType(field.type) }];
}
