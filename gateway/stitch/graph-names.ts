import { type DocumentNode, Kind } from 'graphql';
import { readString } from '../../schema/supergraph/directive.ts';

/** The names of the subgraphs by their values of the enum `join__Graph`, by which graphql-tools calls them. */
export function readGraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const join = value.directives?.find((directive) => directive.name.value === 'join__graph');
      const name = join && readString(join, 'name');
      if (name !== undefined) names.set(value.name.value, name);
    }
  }
  return names;
}
