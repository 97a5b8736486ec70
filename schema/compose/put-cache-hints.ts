import { type ConstDirectiveNode, type DefinitionNode, type DocumentNode, Kind } from 'graphql';
import {
  type CacheHints,
  cacheDefinitions,
  cacheFeature,
  cacheHintsOf,
  cacheIdentity,
  mergeCacheHints,
  noCacheHints,
  toCacheDirectives,
} from '../supergraph/cache-hints.ts';
import { directivesOf, type ElementNode, elementsOf, withDirectives } from '../supergraph/elements.ts';
import { readFeatures } from '../supergraph/features.ts';
import { cacheDirectiveNames } from '../supergraph/read-cache-hints.ts';

/**
 * Puts what subgraphs say of caching, by coordinate, into what was composed of them. Where several speak of one place the least counts:
 * whichever of them answers, nobody is given more than it allows.
 */
export function putCacheHints(composed: DocumentNode, taken: readonly ReadonlyMap<string, CacheHints>[]): DocumentNode {
  const hints = new Map<string, CacheHints>();
  for (const [coordinate, said] of taken.flatMap((some) => [...some])) {
    hints.set(coordinate, mergeCacheHints(hints.get(coordinate) ?? noCacheHints, said));
  }
  if (hints.size === 0) return composed;
  const names = cacheDirectiveNames(composed);
  const isOurs = ({ name }: ConstDirectiveNode) => names.control.has(name.value) || names.tag.has(name.value);
  const directives = new Map<ElementNode, readonly ConstDirectiveNode[]>();
  for (const { coordinate, node } of elementsOf(composed)) {
    const said = hints.get(coordinate);
    if (said === undefined) continue;
    const all = directivesOf(node);
    const merged = mergeCacheHints(cacheHintsOf(all, names), said);
    directives.set(node, [...all.filter((directive) => !isOurs(directive)), ...toCacheDirectives(merged)]);
  }
  const document = withDirectives(composed, directives);
  return { ...document, definitions: withFeature(document) };
}

function withFeature(document: DocumentNode): readonly DefinitionNode[] {
  const { definitions } = document;
  const defined = new Set(definitions.map((node) => ('name' in node ? node.name?.value : undefined)));
  const missing = cacheDefinitions.filter((node) => !('name' in node) || !defined.has(node.name?.value));
  const isLinked = readFeatures(document).some(({ identity }) => identity === cacheIdentity);
  return definitions.flatMap((node): readonly DefinitionNode[] => {
    if (node.kind !== Kind.SCHEMA_DEFINITION) return [node];
    return [{ ...node, directives: [...(node.directives ?? []), ...(isLinked ? [] : [cacheFeature])] }, ...missing];
  });
}
