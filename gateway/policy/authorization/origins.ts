import { type ConstDirectiveNode, type DocumentNode, isTypeDefinitionNode, isTypeExtensionNode, Kind } from 'graphql';
import { readArgument, readString } from '../../../schema/supergraph/directive.ts';
import { parseSdl } from '../../../schema/supergraph/parse-sdl.ts';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import { AccessDirectives } from './access-directives.ts';
import { readDeclaredAccess, toCoordinate } from './declared-access.ts';
import type { Demand, Requirement } from './requirement.ts';

/** A subgraph as its team describes it. */
export interface DescribedSubgraph {
  readonly name: string;
  readonly sdl: string;
}

/**
 * Tells which subgraphs declare what an operation demands. A supergraph keeps what several declare for one place as one, so only
 * the subgraphs' own SDL tells for sure; without it, those places are known that one subgraph alone has.
 */
export class Origins {
  readonly #declared = new Map<string, Set<string>>();
  readonly #interfacesOf = new Map<string, readonly string[]>();
  readonly #typesBelow = new Map<string, string[]>();

  /** @throws Error when an SDL cannot be read */
  constructor({ sdl }: Supergraph, subgraphs: readonly DescribedSubgraph[] | undefined) {
    const document = parse(sdl);
    if (subgraphs === undefined) this.#readSupergraph(document);
    for (const subgraph of subgraphs ?? []) this.#readSubgraph(subgraph);
    this.#readTypes(document);
  }

  /** Names of subgraphs in alphabetical order; none when they cannot be known. */
  of({ requirement, coordinate }: Pick<Demand, 'requirement' | 'coordinate'>): readonly string[] {
    const [type = '', field] = coordinate.split('.');
    // An interface guards what implements it, and composers write onto an interface what its implementations declare.
    for (const types of [[type], this.#interfacesOf.get(type) ?? [], this.#typesBelow.get(type) ?? []]) {
      const keys = types.map((name) => keyOf(requirement.kind, toCoordinate(name, field)));
      const names = new Set(keys.flatMap((key) => [...(this.#declared.get(key) ?? [])]));
      if (names.size > 0) return [...names].sort();
    }
    return [];
  }

  #add(kind: Requirement['kind'], coordinate: string, names: readonly string[]): void {
    const key = keyOf(kind, coordinate);
    this.#declared.set(key, new Set([...(this.#declared.get(key) ?? []), ...names]));
  }

  #readSubgraph({ name, sdl }: DescribedSubgraph): void {
    const document = withUsualRoots(parse(sdl));
    for (const [coordinate, requirements] of readDeclaredAccess(document, new AccessDirectives(document))) {
      for (const { kind } of requirements) this.#add(kind, coordinate, [name]);
    }
  }

  #readSupergraph(document: DocumentNode): void {
    const directives = new AccessDirectives(document);
    const names = readGraphNames(document);
    const read = (coordinate: string, nodes: readonly ConstDirectiveNode[], graphs: readonly string[]): void => {
      for (const node of nodes) {
        const stated = node.name.value === 'join__directive' ? toNames(readArgument(node, 'graphs')) : graphs;
        for (const { kind } of directives.read([node], coordinate)) {
          this.#add(
            kind,
            coordinate,
            stated.map((graph) => names.get(graph) ?? graph),
          );
        }
      }
    };
    for (const node of document.definitions) {
      if (!isTypeDefinitionNode(node) && !isTypeExtensionNode(node)) continue;
      // What is on an interface may have been joined from objects of other subgraphs.
      const isOwn = node.kind !== Kind.INTERFACE_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_EXTENSION;
      const ofType = isOwn ? graphsOf(node.directives, 'join__type') : [];
      read(node.name.value, node.directives ?? [], only(ofType));
      if (!('fields' in node)) continue;
      for (const field of node.fields ?? []) {
        const ofField = isOwn ? graphsOf(field.directives, 'join__field') : [];
        const coordinate = toCoordinate(node.name.value, field.name.value);
        read(coordinate, field.directives ?? [], only(ofField.length > 0 ? ofField : ofType));
      }
    }
  }

  #readTypes(document: DocumentNode): void {
    const addBelow = (above: string, below: string) => {
      this.#typesBelow.set(above, [...(this.#typesBelow.get(above) ?? []), below]);
    };
    for (const node of document.definitions) {
      if (node.kind === Kind.UNION_TYPE_DEFINITION) {
        for (const { name } of node.types ?? []) addBelow(node.name.value, name.value);
      } else if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
        const interfaces = (node.interfaces ?? []).map(({ name }) => name.value);
        this.#interfacesOf.set(node.name.value, interfaces);
        for (const name of interfaces) addBelow(name, node.name.value);
      }
    }
  }
}

function keyOf(kind: Requirement['kind'], coordinate: string): string {
  return `${kind} ${coordinate}`;
}

function parse(sdl: string): DocumentNode {
  const parsed = parseSdl(sdl);
  if (parsed.kind === 'failed') throw new Error(parsed.message);
  return parsed.document;
}

function graphsOf(directives: readonly ConstDirectiveNode[] | undefined, name: string): readonly string[] {
  const graphs = (directives ?? [])
    .filter((directive) => directive.name.value === name)
    .flatMap((directive) => toNames(readArgument(directive, 'graph')));
  return [...new Set(graphs)];
}

/** Who has a place alone has declared what guards it. */
function only(graphs: readonly string[]): readonly string[] {
  return graphs.length === 1 ? graphs : [];
}

function toNames(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((name): name is string => typeof name === 'string');
}

/** Names of subgraphs by the values of `join__Graph`. */
function readGraphNames(document: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue;
    for (const { name, directives = [] } of node.values ?? []) {
      const graph = directives.find((directive) => directive.name.value === 'join__graph');
      names.set(name.value, (graph && readString(graph, 'name')) ?? name.value);
    }
  }
  return names;
}

const usualRoots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/** A supergraph calls the root types as they usually are called, whatever a subgraph does. */
function withUsualRoots(document: DocumentNode): DocumentNode {
  const roots = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
        ? (node.operationTypes ?? []).map(({ type, operation }) => [type.name.value, usualRoots[operation]] as const)
        : [],
    ),
  );
  if (roots.size === 0) return document;
  return {
    ...document,
    definitions: document.definitions.map((node) => {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return node;
      return { ...node, name: { ...node.name, value: roots.get(node.name.value) ?? node.name.value } };
    }),
  };
}
