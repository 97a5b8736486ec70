import {
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeDefinitionNode,
} from 'graphql';
import { readArgument, readString } from '../../supergraph/directive.ts';
import type { OutlineSource, OutlineType } from './outline.ts';

/** What the join directives (https://specs.apollo.dev/join/v0.5) say, with the names that teams know. */

/** By value of `join__Graph`, the name of its subgraph. */
type GraphNames = ReadonlyMap<string, string>;

type Directives = readonly ConstDirectiveNode[] | undefined;

/** The directives of one name. */
export function named(directives: Directives, name: string): readonly ConstDirectiveNode[] {
  return directives?.filter((directive) => directive.name.value === name) ?? [];
}

/** By value of `join__Graph`, the name that a team gave its subgraph. */
export function graphNamesOf({ definitions }: DocumentNode): GraphNames {
  const values = definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph' ? (node.values ?? []) : [],
  );
  return new Map(
    values.flatMap(({ name, directives }) =>
      named(directives, 'join__graph').map((directive) => [name.value, readString(directive, 'name') ?? name.value]),
    ),
  );
}

/** The subgraphs that have a type. */
export function typeGraphs({ directives }: TypeDefinitionNode, names: GraphNames): readonly string[] {
  return [...new Set(named(directives, 'join__type').flatMap((directive) => graphOf(directive, names)))];
}

/** What subgraphs load a type by; keys that only point to it are none. */
export function keysOf({ directives }: TypeDefinitionNode, names: GraphNames): OutlineType['keys'] {
  const keys = new Map<string, string[]>();
  for (const directive of named(directives, 'join__type')) {
    const fields = readString(directive, 'key');
    if (fields === undefined || readArgument(directive, 'resolvable') === false) continue;
    keys.set(fields, [...(keys.get(fields) ?? []), ...graphOf(directive, names)]);
  }
  return [...keys].map(([fields, subgraphs]) => ({ fields, subgraphs }));
}

/** The subgraphs that answer a field: all that have its type, where nothing else is said. */
export function sourcesOf(
  { directives }: FieldDefinitionNode | InputValueDefinitionNode,
  typeSubgraphs: readonly string[],
  names: GraphNames,
): readonly OutlineSource[] {
  const joins = named(directives, 'join__field');
  if (joins.length === 0) return typeSubgraphs.map(toPlainSource);
  // What is taken over by a rollout is answered here, too, as long as that goes on.
  const isTaken = (join: ConstDirectiveNode) =>
    readArgument(join, 'usedOverridden') === true && readString(join, 'overrideLabel') === undefined;
  const isAnswering = (join: ConstDirectiveNode) => readArgument(join, 'external') !== true && !isTaken(join);
  return joins.filter(isAnswering).flatMap((join) =>
    graphOf(join, names).map((subgraph) => ({
      subgraph,
      requires: readString(join, 'requires'),
      provides: readString(join, 'provides'),
      label: readString(join, 'override') && readString(join, 'overrideLabel'),
    })),
  );
}

/** The subgraphs that know a value of an enum. */
export function memberGraphs(
  { directives }: EnumValueDefinitionNode,
  typeSubgraphs: readonly string[],
  names: GraphNames,
): readonly OutlineSource[] {
  const joins = named(directives, 'join__enumValue');
  return (joins.length === 0 ? typeSubgraphs : joins.flatMap((join) => graphOf(join, names))).map(toPlainSource);
}

function toPlainSource(subgraph: string): OutlineSource {
  return { subgraph, requires: undefined, provides: undefined, label: undefined };
}

function graphOf(directive: ConstDirectiveNode, names: GraphNames): readonly string[] {
  const graph = readString(directive, 'graph');
  return graph === undefined ? [] : [names.get(graph) ?? graph];
}
