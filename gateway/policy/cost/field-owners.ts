import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { readArgument, readString } from '../../../schema/supergraph/directive.ts';
import { parseSdl } from '../../../schema/supergraph/parse-sdl.ts';

/** Tells whether a subgraph may be asked for a field of an object type. */
export type IsOwner = (subgraph: string, type: string, field: string) => boolean;

/** Where a field is resolved: values of `join__Graph`, and whether by graphs that know its type's interfaces as objects. */
interface Owners {
  readonly graphs: ReadonlySet<string>;
  readonly byInterface: boolean;
}

interface OwnedType {
  readonly interfaces: readonly string[];
  readonly fields: ReadonlyMap<string, Owners>;
}

/**
 * Reads from a supergraph which subgraphs may be asked for which fields. Where several may, or one may only for some parents
 * (`@provides`) or some requests (`@override(label:)`), each of them counts, as a plan may choose any.
 * @see https://specs.apollo.dev/join/v0.5
 */
export function readFieldOwners(sdl: string): IsOwner {
  const parsed = parseSdl(sdl);
  if (parsed.kind === 'failed') return () => false;
  const graphs = readGraphs(parsed.document);
  const types = readTypes(parsed.document);
  const isOwner = (graph: string, typeName: string, field: string): boolean => {
    const type = types.get(typeName);
    const owners = type?.fields.get(field);
    if (type === undefined || owners === undefined) return false;
    if (owners.graphs.has(graph)) return true;
    return owners.byInterface && type.interfaces.some((name) => isOwner(graph, name, field));
  };
  return (subgraph, type, field) => {
    const graph = graphs.get(subgraph);
    return graph !== undefined && isOwner(graph, type, field);
  };
}

/** The values of `join__Graph` by the names of the subgraphs. */
function readGraphs(document: DocumentNode): ReadonlyMap<string, string> {
  const graphs = new Map<string, string>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue;
    for (const { name, directives } of node.values ?? []) {
      for (const join of named(directives, 'join__graph')) {
        graphs.set(readString(join, 'name') ?? name.value, name.value);
      }
    }
  }
  return graphs;
}

function readTypes(document: DocumentNode): ReadonlyMap<string, OwnedType> {
  const nodes = document.definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
  const provided = new Set<string>();
  for (const join of nodes.flatMap(({ fields }) => fields?.flatMap(joinsOf) ?? [])) {
    const provides = readString(join, 'provides');
    for (const field of provides === undefined ? [] : fieldsOf(provides)) provided.add(`${readGraph(join)} ${field}`);
  }
  return new Map(
    nodes.map(({ name, interfaces = [], directives, fields = [] }) => {
      const graphs = new Set(named(directives, 'join__type').map(readGraph));
      const owned = fields.map((field) => [field.name.value, toOwners(field, graphs, provided)] as const);
      return [name.value, { interfaces: interfaces.map((one) => one.name.value), fields: new Map(owned) }];
    }),
  );
}

function toOwners(field: FieldDefinitionNode, graphs: ReadonlySet<string>, provided: ReadonlySet<string>): Owners {
  const joins = joinsOf(field);
  if (joins.length === 0) return { graphs, byInterface: false };
  const owning = joins.filter((join) => !isElsewhere(join) || provided.has(`${readGraph(join)} ${field.name.value}`));
  return {
    graphs: new Set(owning.map(readGraph)),
    byInterface: joins.some((join) => readGraph(join) === ''),
  };
}

/** Whether the graph only knows of the field, so that it can say what it needs of it. */
function isElsewhere(join: ConstDirectiveNode): boolean {
  if (readArgument(join, 'external') === true) return true;
  return readArgument(join, 'usedOverridden') === true && readString(join, 'overrideLabel') === undefined;
}

/** The names of all fields of a field set, however deep. */
function fieldsOf(fieldSet: string): readonly string[] {
  const braced = fieldSet.trimStart().startsWith('{') ? fieldSet : `{${fieldSet}}`;
  const [definition] = parse(braced, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? namesIn(definition.selectionSet) : [];
}

function namesIn({ selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    const inner = selection.selectionSet === undefined ? [] : namesIn(selection.selectionSet);
    return selection.kind === Kind.FIELD ? [selection.name.value, ...inner] : inner;
  });
}

function joinsOf({ directives }: FieldDefinitionNode): readonly ConstDirectiveNode[] {
  return named(directives, 'join__field');
}

function named(directives: readonly ConstDirectiveNode[] | undefined, name: string): readonly ConstDirectiveNode[] {
  return directives?.filter((directive) => directive.name.value === name) ?? [];
}

function readGraph(directive: ConstDirectiveNode): string {
  return readString(directive, 'graph') ?? '';
}
