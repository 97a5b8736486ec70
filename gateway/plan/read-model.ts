import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parseType,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { readArgument, readString } from '../../schema/supergraph/directive.ts';
import { parseFieldSet } from './field-set.ts';
import type { CompositeType, Field, FieldInGraph, Key, SupergraphModel, TypeInGraph } from './model.ts';
import { toOutputType } from './output-type.ts';

type CompositeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode;

/**
 * Reads the join directives of a supergraph (https://specs.apollo.dev/join/v0.5).
 * @param labels those labels of `@override` that are on
 * @param other the model with other labels, of which all is taken over that labels do not change
 */
export function readModel(
  document: DocumentNode,
  labels: ReadonlySet<string> = new Set(),
  other?: SupergraphModel,
): SupergraphModel {
  const all = document.definitions.filter(isComposite);
  const nodes = other === undefined ? all : all.filter(createLabelTest(all));
  const possible = readPossible(all);
  const types = new Set(all.map(({ name }) => name.value));
  const names = readGraphNames(document);
  const context: Context = { possible, names, labels, isComposite: (name) => types.has(name) };
  const drafts = new Map(nodes.map((node) => [node.name.value, toDraft(node, context)]));
  for (const node of nodes) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const name of new Set(node.interfaces?.map((one) => one.name.value))) addViews(drafts, node.name.value, name);
  }
  return {
    graphs: names,
    types: new Map<string, CompositeType>([...(other?.types ?? []), ...drafts]),
  };
}

/** Tells types that may be others when other labels are on: an object type is also known by the fields of its interfaces. */
function createLabelTest(nodes: readonly CompositeNode[]): (node: CompositeNode) => boolean {
  const hasLabels = (node: CompositeNode) =>
    node.kind !== Kind.UNION_TYPE_DEFINITION &&
    node.fields?.some(({ directives }) =>
      named(directives, 'join__field').some((join) => readString(join, 'overrideLabel') !== undefined),
    ) === true;
  const labelled = new Set(nodes.filter(hasLabels).map(({ name }) => name.value));
  return (node) =>
    labelled.has(node.name.value) ||
    (node.kind === Kind.OBJECT_TYPE_DEFINITION &&
      node.interfaces?.some((one) => labelled.has(one.name.value)) === true);
}

/** What is known of the whole supergraph while one type is read. */
interface Context {
  readonly possible: ReadonlyMap<string, ReadonlySet<string>>;
  /** The teams' names of the subgraphs, by graph. */
  readonly names: ReadonlyMap<string, string>;
  readonly labels: ReadonlySet<string>;
  readonly isComposite: (name: string) => boolean;
}

interface Draft extends CompositeType {
  readonly fields: Map<string, Field & { readonly graphs: Map<string, FieldInGraph> }>;
  readonly graphs: Map<string, TypeInGraph>;
}

function isComposite(node: DefinitionNode): node is CompositeNode {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.UNION_TYPE_DEFINITION
  );
}

/** The object types of abstract types: by name all of them, and by name and graph those that the subgraph knows. */
function readPossible(nodes: readonly CompositeNode[]): ReadonlyMap<string, ReadonlySet<string>> {
  const possible = new Map<string, Set<string>>();
  const add = (key: string, member: string) => {
    const members = possible.get(key) ?? new Set();
    possible.set(key, members.add(member));
  };
  for (const node of nodes) {
    const { name, directives } = node;
    if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const type of node.types ?? []) add(name.value, type.name.value);
      for (const directive of named(directives, 'join__unionMember')) {
        add(`${name.value} ${graphOf(directive)}`, readString(directive, 'member') ?? '');
      }
    } else if (node.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const one of node.interfaces ?? []) add(one.name.value, name.value);
      for (const directive of named(directives, 'join__implements')) {
        add(`${readString(directive, 'interface')} ${graphOf(directive)}`, name.value);
      }
    }
  }
  return possible;
}

function toDraft(node: CompositeNode, context: Context): Draft {
  const { possible } = context;
  const name = node.name.value;
  const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION;
  const graphs = new Map<string, TypeInGraph>();
  for (const directive of named(node.directives, 'join__type')) {
    const graph = graphOf(directive);
    const known = graphs.get(graph);
    const key = readString(directive, 'key');
    const read: Key | undefined = key === undefined ? undefined : { text: key, fields: parseFieldSet(key) };
    const isResolvable = readArgument(directive, 'resolvable') !== false;
    graphs.set(graph, {
      view: name,
      isInterfaceObject: readArgument(directive, 'isInterfaceObject') === true,
      keys: [...(known?.keys ?? []), ...(read !== undefined && isResolvable ? [read] : [])],
      keyFields: [...(known?.keyFields ?? []), ...(read === undefined ? [] : [read.fields])],
      possible: isObject ? [name] : [...(possible.get(`${name} ${graph}`) ?? [])],
    });
  }
  const fieldNodes = node.kind === Kind.UNION_TYPE_DEFINITION ? [] : (node.fields ?? []);
  return {
    kind: isObject ? 'object' : node.kind === Kind.UNION_TYPE_DEFINITION ? 'union' : 'interface',
    name,
    fields: new Map(fieldNodes.map((field) => [field.name.value, toField(field, graphs, context)])),
    graphs,
    possible: isObject ? new Set([name]) : (possible.get(name) ?? new Set()),
  };
}

function toField(
  { name, type: node, directives }: FieldDefinitionNode,
  types: ReadonlyMap<string, TypeInGraph>,
  { names, labels, isComposite }: Context,
) {
  const type = toOutputType(node, isComposite);
  const joins = withBothLabels(named(directives, 'join__field'), names);
  const graphs = new Map<string, FieldInGraph>();
  if (joins.length === 0) {
    for (const graph of types.keys()) graphs.set(graph, { type, requires: undefined, provides: undefined });
  }
  for (const labelled of joins) {
    const { join } = labelled;
    const graph = readString(join, 'graph');
    if (graph === undefined || !isResolvedBy(labelled, name.value, types.get(graph), labels)) continue;
    const [requires, provides, own] = ['requires', 'provides', 'type'].map((argument) => readString(join, argument));
    graphs.set(graph, {
      type: own === undefined ? type : toOutputType(parseType(own, { noLocation: true }), isComposite),
      requires: requires === undefined ? undefined : parseFieldSet(requires),
      provides: provides === undefined ? undefined : parseFieldSet(provides),
    });
  }
  return { name: name.value, type, graphs };
}

/** A join, and the label of the override that it is part of. */
interface LabelledJoin {
  readonly join: ConstDirectiveNode;
  readonly label: string | undefined;
}

/**
 * Both sides of a move carry its label (https://specs.apollo.dev/join/v0.4), but of root fields `@theguild/federation-composition` gives it
 * to the new one only.
 */
function withBothLabels(
  joins: readonly ConstDirectiveNode[],
  names: ReadonlyMap<string, string>,
): readonly LabelledJoin[] {
  const left = new Map(joins.map((join) => [readString(join, 'override'), readString(join, 'overrideLabel')]));
  left.delete(undefined);
  return joins.map((join) => {
    return { join, label: readString(join, 'overrideLabel') ?? left.get(names.get(graphOf(join))) };
  });
}

function isResolvedBy(
  { join, label }: LabelledJoin,
  field: string,
  type: TypeInGraph | undefined,
  labels: ReadonlySet<string>,
): boolean {
  if (label !== undefined) return labels.has(label) === (readString(join, 'override') !== undefined);
  if (readArgument(join, 'usedOverridden') !== true && readArgument(join, 'external') !== true) return true;
  // Who is given an object by its key knows the key.
  return (
    type?.keyFields.some((key) => key.selections.some((one) => 'name' in one && one.name?.value === field)) === true
  );
}

/** Where an interface is an `@interfaceObject`, its object types are known through it. */
function addViews(types: ReadonlyMap<string, Draft>, object: string, interfaceName: string): void {
  const draft = types.get(object);
  const parent = types.get(interfaceName);
  if (draft === undefined || parent === undefined) return;
  for (const [graph, type] of parent.graphs) {
    if (!type.isInterfaceObject || draft.graphs.has(graph)) continue;
    draft.graphs.set(graph, { ...type, possible: [object] });
    for (const [name, field] of parent.fields) {
      const own = field.graphs.get(graph);
      if (own !== undefined) draft.fields.get(name)?.graphs.set(graph, own);
    }
  }
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

function named(directives: readonly ConstDirectiveNode[] | undefined, name: string): readonly ConstDirectiveNode[] {
  return directives?.filter((directive) => directive.name.value === name) ?? [];
}

function graphOf(directive: ConstDirectiveNode): string {
  return readString(directive, 'graph') ?? '';
}
