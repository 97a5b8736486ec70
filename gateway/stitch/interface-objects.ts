import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { readArgument, readString } from '../../schema/supergraph/directive.ts';
import { createJoin } from './create-join.ts';

/** An interface that a subgraph knows as an object type only (https://www.apollographql.com/docs/graphos/reference/federation/directives#interfaceobject). */
export interface InterfaceObject {
  /** The subgraph's value of `join__Graph`. */
  readonly graph: string;
  readonly name: string;
  /** Object types that implement it. */
  readonly implementations: ReadonlySet<string>;
  /** Field sets of its keys in that subgraph. */
  readonly keys: readonly string[];
  /** The value of `join__Graph` of a subgraph that knows which implementation an entity is. */
  readonly teller: string | undefined;
}

/** A supergraph as graphql-tools understands it, which knows nothing of interface objects. */
export interface ExpandedSupergraph {
  readonly document: DocumentNode;
  readonly interfaceObjects: readonly InterfaceObject[];
}

/**
 * Writes out what `isInterfaceObject` means: every implementation is an entity of the subgraph too, with the fields that the
 * subgraph has on the interface.
 */
export function expandInterfaceObjects(document: DocumentNode): ExpandedSupergraph {
  const interfaces = document.definitions.filter((node) => node.kind === Kind.INTERFACE_TYPE_DEFINITION);
  const objects = document.definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION);
  const interfaceObjects = interfaces.flatMap((node) => readInterfaceObjects(node, objects));
  if (interfaceObjects.length === 0) return { document, interfaceObjects };
  const definitions = document.definitions.map((node) => {
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) return asInterface(node);
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return node;
    return interfaceObjects
      .filter(({ implementations }) => implementations.has(node.name.value))
      .reduce((type, one) => addGraph(type, one, interfaces), node);
  });
  return { document: { ...document, definitions }, interfaceObjects };
}

function readInterfaceObjects(
  { name: { value: name }, directives = [] }: InterfaceTypeDefinitionNode,
  objects: readonly ObjectTypeDefinitionNode[],
): readonly InterfaceObject[] {
  const types = directives.filter((directive) => directive.name.value === 'join__type');
  const asObject = types.filter((directive) => readArgument(directive, 'isInterfaceObject') === true);
  const teller = types.find((directive) => !asObject.includes(directive) && readString(directive, 'key') !== undefined);
  const implementations = objects.filter((object) => object.interfaces?.some((one) => one.name.value === name));
  return [...new Set(asObject.map((directive) => readString(directive, 'graph') ?? ''))].map((graph) => ({
    graph,
    name,
    implementations: new Set(implementations.map((object) => object.name.value)),
    keys: asObject.flatMap((directive) =>
      readString(directive, 'graph') === graph ? (readString(directive, 'key') ?? []) : [],
    ),
    teller: teller && readString(teller, 'graph'),
  }));
}

/** A field that the subgraph only refers to must not be asked of it through the interface. */
function asInterface(node: InterfaceTypeDefinitionNode): InterfaceTypeDefinitionNode {
  const graphs = new Set(
    node.directives?.flatMap((directive) =>
      readArgument(directive, 'isInterfaceObject') === true ? (readString(directive, 'graph') ?? []) : [],
    ),
  );
  if (graphs.size === 0) return node;
  const directives = node.directives?.map((directive) => ({
    ...directive,
    arguments: directive.arguments?.filter((argument) => argument.name.value !== 'isInterfaceObject') ?? [],
  }));
  const isReference = (directive: ConstDirectiveNode) =>
    readArgument(directive, 'external') === true && graphs.has(readString(directive, 'graph') ?? '');
  const fields = node.fields?.map((field) => ({
    ...field,
    directives: field.directives?.filter((directive) => !isReference(directive)) ?? [],
  }));
  return { ...node, directives: directives ?? [], fields: fields ?? [] };
}

function addGraph(
  type: ObjectTypeDefinitionNode,
  { graph, name, keys }: InterfaceObject,
  interfaces: readonly InterfaceTypeDefinitionNode[],
): ObjectTypeDefinitionNode {
  const known = new Set(
    type.directives?.flatMap((directive) =>
      directive.name.value === 'join__type' ? (readString(directive, 'graph') ?? []) : [],
    ),
  );
  const source = interfaces.find((node) => node.name.value === name);
  const fields = type.fields?.map((field) => {
    const model = source?.fields?.find((one) => one.name.value === field.name.value);
    return addGraphToField(field, model, graph, known);
  });
  const added = [
    ...keys.map((key) => createJoin('join__type', { graph, key })),
    createJoin('join__implements', { graph, interface: name }),
  ];
  return { ...type, fields: fields ?? [], directives: [...(type.directives ?? []), ...added] };
}

/** A field without `@join__field` is in all graphs of its type, which have become more. */
function addGraphToField(
  field: FieldDefinitionNode,
  model: FieldDefinitionNode | undefined,
  graph: string,
  known: ReadonlySet<string>,
): FieldDefinitionNode {
  const isJoin = (directive: ConstDirectiveNode) => directive.name.value === 'join__field';
  const joins = field.directives?.filter(isJoin) ?? [];
  const others = field.directives?.filter((directive) => !isJoin(directive)) ?? [];
  const placed = joins.filter((directive) => readString(directive, 'graph') !== undefined);
  const own = joins.length > 0 ? placed : [...known].map((one) => createJoin('join__field', { graph: one }));
  const modelJoins = model?.directives?.filter(isJoin) ?? [];
  const inGraph =
    model !== undefined && modelJoins.length === 0
      ? [createJoin('join__field', { graph })]
      : modelJoins.filter((directive) => readString(directive, 'graph') === graph);
  return { ...field, directives: [...others, ...own, ...inGraph] };
}
