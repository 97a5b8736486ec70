import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { namedType } from '../../subgraph/named-type.ts';
import { readArgument, readString } from '../../supergraph/directive.ts';

/** What a composed document says about which subgraph can answer what. */
export interface JoinModel {
  /** The teams' names of the subgraphs, by value of `join__Graph`. */
  readonly graphNames: ReadonlyMap<string, string>;
  readonly objects: ReadonlyMap<string, JoinObject>;
  /** The object types that a subgraph knows for a union or interface, by `subgraphType`. */
  readonly possible: ReadonlyMap<string, readonly string[]>;
  /** False when the document uses what the model leaves out: `@interfaceObject`, `@context`, `@override(label:)`. */
  readonly isComplete: boolean;
}

/** An object type of a supergraph. */
export interface JoinObject {
  /** By subgraph that has the type, the keys by which it can load it. */
  readonly keys: ReadonlyMap<string, readonly SelectionSetNode[]>;
  readonly fields: ReadonlyMap<string, JoinField>;
}

/** A field of an object type. */
interface JoinField {
  readonly isAccessible: boolean;
  /** By subgraph that resolves it, its type there and what that needs of other subgraphs. */
  readonly resolvers: ReadonlyMap<string, JoinResolver>;
}

interface JoinResolver {
  readonly type: string;
  readonly requires: SelectionSetNode | undefined;
}

/** A type in a subgraph, as one string. */
export function subgraphType(graph: string, type: string): string {
  return `${graph} ${type}`;
}

/** Reads the join directives (https://specs.apollo.dev/join/v0.5) of a document that composition made. */
export function readJoinModel(document: DocumentNode): JoinModel {
  const objects = new Map<string, JoinObject>();
  const possible = new Map<string, string[]>();
  const addPossible = (directive: ConstDirectiveNode, abstract: string, object: string) => {
    const key = subgraphType(readGraph(directive), abstract);
    const known = possible.get(key);
    if (known === undefined) possible.set(key, [object]);
    else known.push(object);
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) {
      objects.set(node.name.value, toObject(node));
      for (const directive of named(node.directives, 'join__implements')) {
        addPossible(directive, readString(directive, 'interface') ?? '', node.name.value);
      }
    } else if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const directive of named(node.directives, 'join__unionMember')) {
        addPossible(directive, node.name.value, readString(directive, 'member') ?? '');
      }
    }
  }
  return { graphNames: readGraphNames(document), objects, possible, isComplete: isComplete(document) };
}

function readGraphNames(document: DocumentNode): ReadonlyMap<string, string> {
  const values = document.definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph' ? (node.values ?? []) : [],
  );
  return new Map(
    values.flatMap(({ name, directives }) =>
      named(directives, 'join__graph').map((directive) => [name.value, readString(directive, 'name') ?? name.value]),
    ),
  );
}

function toObject({ directives, fields }: ObjectTypeDefinitionNode): JoinObject {
  const keys = new Map<string, SelectionSetNode[]>();
  for (const directive of named(directives, 'join__type')) {
    const graph = readGraph(directive);
    const key = readString(directive, 'key');
    const known = keys.get(graph) ?? [];
    keys.set(graph, known);
    if (key !== undefined && readArgument(directive, 'resolvable') !== false) known.push(toSelectionSet(key));
  }
  const graphs = [...keys.keys()];
  return { keys, fields: new Map(fields?.map((field) => [field.name.value, toField(field, graphs)])) };
}

function toField({ directives, type }: FieldDefinitionNode, graphs: readonly string[]): JoinField {
  const isAccessible = named(directives, 'inaccessible').length === 0;
  const joins = named(directives, 'join__field');
  if (joins.length === 0) {
    const resolver = { type: namedType(type), requires: undefined };
    return { isAccessible, resolvers: new Map(graphs.map((graph) => [graph, resolver])) };
  }
  const resolvers = new Map<string, JoinResolver>();
  for (const directive of joins) {
    const isElsewhere =
      readArgument(directive, 'external') === true || readArgument(directive, 'usedOverridden') === true;
    if (isElsewhere) continue;
    const requires = readString(directive, 'requires');
    resolvers.set(readGraph(directive), {
      type: (readString(directive, 'type') ?? namedType(type)).replaceAll(/[[\]!]/g, ''),
      requires: requires === undefined ? undefined : toSelectionSet(requires),
    });
  }
  return { isAccessible, resolvers };
}

function isComplete(document: DocumentNode): boolean {
  return document.definitions.every((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return true;
    const isInterfaceObject = named(node.directives, 'join__type').some(
      (directive) => readArgument(directive, 'isInterfaceObject') === true,
    );
    const joins = node.fields?.flatMap((field) => named(field.directives, 'join__field')) ?? [];
    const isConditional = (directive: ConstDirectiveNode) =>
      readArgument(directive, 'graph') === undefined ||
      readArgument(directive, 'overrideLabel') !== undefined ||
      readArgument(directive, 'contextArguments') !== undefined;
    return !isInterfaceObject && !joins.some(isConditional);
  });
}

function named(directives: readonly ConstDirectiveNode[] | undefined, name: string): readonly ConstDirectiveNode[] {
  return directives?.filter((directive) => directive.name.value === name) ?? [];
}

function readGraph(directive: ConstDirectiveNode): string {
  return readString(directive, 'graph') ?? '';
}

function toSelectionSet(fields: string): SelectionSetNode {
  const braced = fields.trimStart().startsWith('{') ? fields : `{${fields}}`;
  const [operation] = parse(braced, { noLocation: true }).definitions;
  if (operation?.kind === Kind.OPERATION_DEFINITION) return operation.selectionSet;
  return { kind: Kind.SELECTION_SET, selections: [] };
}
