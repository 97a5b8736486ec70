import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';
import type { Problem } from './problem.ts';

/** Problems of join directives that name a graph which the enum `join__Graph` does not have: its fields could never be answered. */
export function checkGraphs(document: DocumentNode): readonly Problem[] {
  const graphs = new Set<string>();
  const strangers = new Map<string, string>();
  visit(document, {
    EnumTypeDefinition({ name, values = [] }) {
      if (name.value === 'join__Graph') for (const value of values) graphs.add(value.name.value);
    },
  });
  let type = '';
  const note = (directives: readonly DirectiveNode[] = [], coordinate: string) => {
    for (const graph of directives.flatMap(graphOf)) if (!graphs.has(graph)) strangers.set(graph, coordinate);
  };
  visit(document, {
    enter(node) {
      if (!('name' in node) || node.name === undefined || !('directives' in node)) return;
      const isMember = node.kind === Kind.FIELD_DEFINITION || node.kind === Kind.INPUT_VALUE_DEFINITION;
      if (!isMember && node.kind !== Kind.ENUM_VALUE_DEFINITION) type = node.name.value;
      note(node.directives, type === node.name.value ? type : `${type}.${node.name.value}`);
    },
  });
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
