import { type ConstDirectiveNode, type DefinitionNode, parse } from 'graphql';
import { createDirective, readArgument, readString } from './directive.ts';
import type { EntityLookup, SupergraphSubgraph } from './supergraph.ts';

/**
 * The feature that makes the SDL self-contained: how subgraphs are reached that do not answer `_entities`, said at their
 * value of `join__Graph`. It has no purpose (`for:`), so other routers may read the SDL and ignore it.
 */
export const reachFeature = createDirective('link', { url: 'https://overlock.dev/overlock/v0.1' });

/** The definitions of the feature's directives. */
export const reachDefinitions: readonly DefinitionNode[] = parse(
  /* GraphQL */ `
    directive @overlock__graphql on ENUM_VALUE
    directive @overlock__entity(
      type: String!
      key: String!
      field: String!
      argument: String!
      list: Boolean!
    ) repeatable on ENUM_VALUE
    directive @overlock__rest(maxConcurrency: Int!, sdl: String!) on ENUM_VALUE
  `,
  { noLocation: true },
).definitions;

/** What to write at a subgraph's value of `join__Graph`, beside `@join__graph`. */
export function writeReach(subgraph: SupergraphSubgraph): readonly ConstDirectiveNode[] {
  switch (subgraph.kind) {
    case 'federation':
      return [];
    case 'graphql':
      return [
        createDirective('overlock__graphql', {}),
        ...Object.entries(subgraph.entities)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([type, { key, field, argument, list }]) =>
            createDirective('overlock__entity', { type, key, field, argument, list }),
          ),
      ];
    case 'rest':
      return [createDirective('overlock__rest', { maxConcurrency: subgraph.maxConcurrency, sdl: subgraph.sdl })];
    default:
      return subgraph satisfies never;
  }
}

/** The subgraph that the directives at a value of `join__Graph` describe; `undefined` when they are not understood. */
export function readReach(
  name: string,
  url: string,
  directives: readonly ConstDirectiveNode[],
): SupergraphSubgraph | undefined {
  const ours = directives.filter((directive) => directive.name.value.startsWith('overlock__'));
  const [first] = ours;
  if (first === undefined) return { kind: 'federation', name, url };
  if (first.name.value === 'overlock__rest') {
    const sdl = readString(first, 'sdl');
    const maxConcurrency = Number(readArgument(first, 'maxConcurrency'));
    if (sdl === undefined || !Number.isInteger(maxConcurrency) || maxConcurrency < 1) return undefined;
    return { kind: 'rest', name, url, sdl, maxConcurrency };
  }
  if (first.name.value !== 'overlock__graphql') return undefined;
  const entities: Record<string, EntityLookup> = Object.create(null);
  for (const directive of ours.slice(1)) {
    const type = readString(directive, 'type');
    const lookup = readLookup(directive);
    if (directive.name.value !== 'overlock__entity' || type === undefined || lookup === undefined) return undefined;
    entities[type] = lookup;
  }
  return { kind: 'graphql', name, url, entities };
}

function readLookup(directive: ConstDirectiveNode): EntityLookup | undefined {
  const key = readString(directive, 'key');
  const field = readString(directive, 'field');
  const argument = readString(directive, 'argument');
  if (key === undefined || field === undefined || argument === undefined) return undefined;
  return { key, field, argument, list: readArgument(directive, 'list') === true };
}
