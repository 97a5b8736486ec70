import { type DocumentNode, parse } from 'graphql';
import {
  type CacheDirectiveNames,
  type CacheHints,
  cacheHintsOf,
  mergeCacheHints,
  noCacheHints,
} from './cache-hints.ts';
import { directivesOf, elementsOf } from './elements.ts';
import { readFeatures } from './features.ts';
import { unwrapDirective } from './unwrap-directive.ts';

/**
 * What a supergraph says of caching, by coordinate, such as `Product` or `Product.name`: by `@cacheControl` and `@cacheTag`, whatever a
 * `@link` calls them, and also where they are wrapped into `@join__directive`.
 * @throws GraphQLError when a text is given that is not SDL
 */
export function readCacheHints(supergraph: string | DocumentNode): ReadonlyMap<string, CacheHints> {
  // Reading the whole supergraph takes time that most would spend for nothing.
  if (typeof supergraph === 'string' && !/cacheControl|cacheTag/.test(supergraph)) return new Map();
  const document = typeof supergraph === 'string' ? parse(supergraph, { noLocation: true }) : supergraph;
  const names = cacheDirectiveNames(document);
  const hints = new Map<string, CacheHints>();
  for (const { coordinate, node } of elementsOf(document)) {
    const found = cacheHintsOf(directivesOf(node).map(unwrapDirective), names);
    if (found.hint === undefined && found.tags.length === 0) continue;
    hints.set(coordinate, mergeCacheHints(hints.get(coordinate) ?? noCacheHints, found));
  }
  return hints;
}

/** What the two directives are called in a document. */
export function cacheDirectiveNames(document: DocumentNode): CacheDirectiveNames {
  const control = new Set(['cacheControl', 'federation__cacheControl']);
  const tag = new Set(['cacheTag', 'federation__cacheTag', 'cacheControl__cacheTag']);
  for (const { identity, prefix, imports } of readFeatures(document)) {
    for (const [name, alias] of imports) {
      if (name === '@cacheControl') control.add(alias.slice(1));
      if (name === '@cacheTag') tag.add(alias.slice(1));
    }
    if (identity.endsWith('/cacheControl')) control.add(prefix);
    if (identity.endsWith('/cacheTag')) tag.add(prefix);
  }
  return { control, tag };
}
