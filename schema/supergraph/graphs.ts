import { type DocumentNode, type EnumTypeDefinitionNode, type EnumValueDefinitionNode, Kind } from 'graphql';
import { readString } from './directive.ts';
import { readFeatures } from './features.ts';
import type { Problem } from './problem.ts';
import { readReach } from './reach.ts';
import type { SupergraphSubgraph } from './supergraph.ts';
import { SupergraphError } from './supergraph-error.ts';

/**
 * The subgraphs that the enum `join__Graph` lists (https://specs.apollo.dev/join/v0.3), in its order.
 * @throws SupergraphError when there is no such enum, or when a value does not say how its subgraph is reached.
 */
export function readGraphs(document: DocumentNode): readonly SupergraphSubgraph[] {
  const graphs = document.definitions.find(
    (node): node is EnumTypeDefinitionNode =>
      node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  if (graphs === undefined) throw new SupergraphError([notSupergraph(whatElse(document))]);
  const subgraphs: SupergraphSubgraph[] = [];
  const problems: Problem[] = [];
  for (const value of graphs.values ?? []) {
    const read = readGraph(value);
    if (read.kind === 'problem') problems.push(notSupergraph(read.message, `join__Graph.${value.name.value}`));
    else subgraphs.push(read);
  }
  if (problems.length > 0) throw new SupergraphError(problems);
  return subgraphs;
}

function readGraph({
  name: value,
  directives = [],
}: EnumValueDefinitionNode): SupergraphSubgraph | { readonly kind: 'problem'; readonly message: string } {
  const join = directives.find((directive) => directive.name.value === 'join__graph');
  const name = join && readString(join, 'name');
  const url = join && readString(join, 'url');
  if (name === undefined || url === undefined) {
    return {
      kind: 'problem',
      message: `join__Graph.${value.value} has no @join__graph(name:, url:); compose it again.`,
    };
  }
  const message = `The @overlock directives of join__Graph.${value.value} are not understood; compose it again with this version.`;
  return readReach(name, url, directives) ?? { kind: 'problem', message };
}

function whatElse(document: DocumentNode): string {
  const speaksFederation =
    readFeatures(document).some(({ identity }) => identity === 'https://specs.apollo.dev/federation') ||
    document.definitions.some(
      (node) =>
        'directives' in node && node.directives?.some(({ name }) => name.value === 'key' || name.value === 'extends'),
    );
  return speaksFederation
    ? 'This is the SDL of one subgraph, not a supergraph; compose it with `overlock compose` first.'
    : 'This is a plain GraphQL schema, not a supergraph (it has no enum join__Graph); name its service under graph.subgraphs and run `overlock compose`.';
}

function notSupergraph(message: string, coordinate?: string): Problem {
  return { code: 'NOT_A_SUPERGRAPH', message, subgraph: undefined, coordinate };
}
