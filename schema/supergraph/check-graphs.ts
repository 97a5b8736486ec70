import { type DirectiveNode, type DocumentNode, Kind } from 'graphql';
import { directivesOf, elementsOf } from './elements.ts';
import type { Problem } from './problem.ts';

/** Problems of join directives that name a graph which the enum `join__Graph` does not have: its fields could never be answered. */
export function checkGraphs(document: DocumentNode): readonly Problem[] {
  const graphs = new Set<string>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue;
    for (const value of node.values ?? []) graphs.add(value.name.value);
  }
  const strangers = new Map<string, string>();
  for (const { coordinate, node } of elementsOf(document)) {
    for (const graph of directivesOf(node).flatMap(graphOf)) if (!graphs.has(graph)) strangers.set(graph, coordinate);
  }
  return [...strangers].map(([graph, coordinate]) => ({
    code: 'UNKNOWN_GRAPH',
    message: `The supergraph names the graph ${graph}, which is not in join__Graph; compose it again.`,
    subgraph: undefined,
    coordinate,
  }));
}

function graphOf({ name, arguments: given = [] }: DirectiveNode): readonly string[] {
  if (!name.value.startsWith('join__')) return [];
  return given.flatMap(({ name: { value: argument }, value }) =>
    argument === 'graph' && value.kind === Kind.ENUM ? [value.value] : [],
  );
}
