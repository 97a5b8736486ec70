import { type DefinitionNode, type DocumentNode, type EnumTypeDefinitionNode, Kind, print } from 'graphql';
import { assembleSupergraph } from './assemble.ts';
import { readString } from './directive.ts';
import { reachDefinitions, reachFeature, writeReach } from './reach.ts';
import type { Supergraph, SupergraphSubgraph } from './supergraph.ts';

/**
 * The supergraph of a composed document, made self-contained: `readSupergraph` of its SDL is equal to it.
 * @throws SupergraphError when what clients would see is no valid schema.
 */
export function writeSupergraph(composed: DocumentNode, subgraphs: readonly SupergraphSubgraph[]): Supergraph {
  const document = subgraphs.every((subgraph) => subgraph.kind === 'federation')
    ? composed
    : { ...composed, definitions: withReach(composed.definitions, subgraphs) };
  return assembleSupergraph(print(document), document);
}

function withReach(
  definitions: readonly DefinitionNode[],
  subgraphs: readonly SupergraphSubgraph[],
): readonly DefinitionNode[] {
  const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
  return definitions.flatMap((node): readonly DefinitionNode[] => {
    if (node.kind === Kind.SCHEMA_DEFINITION) {
      return [{ ...node, directives: [...(node.directives ?? []), reachFeature] }, ...reachDefinitions];
    }
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') return [node];
    return [withReachOfGraphs(node, byName)];
  });
}

function withReachOfGraphs(
  graphs: EnumTypeDefinitionNode,
  byName: ReadonlyMap<string, SupergraphSubgraph>,
): EnumTypeDefinitionNode {
  const values = graphs.values?.map((value) => {
    const name = value.directives?.flatMap((directive) => readString(directive, 'name') ?? []).at(0);
    const subgraph = byName.get(name ?? '');
    return subgraph ? { ...value, directives: [...(value.directives ?? []), ...writeReach(subgraph)] } : value;
  });
  return { ...graphs, values: values ?? [] };
}
