import {
  addInaccessibleToUnreachableTypes,
  applyTagFilterOnSubgraphs,
  extractLinkImplementations,
  type ServiceDefinition,
  transformSupergraphToPublicSchema,
} from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';

/** What of a graph is shown, by `@tag`; all the rest becomes `@inaccessible`. */
export interface TagFilter {
  /** Only what has one of these tags; nothing said, everything. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Whether types that no operation can reach are left out. */
  readonly hideUnreachable: boolean;
}

/** The services with what the filter does not show marked as `@inaccessible`. */
export function filterByTags(
  services: readonly ServiceDefinition[],
  { include, exclude }: TagFilter,
): readonly ServiceDefinition[] {
  return applyTagFilterOnSubgraphs([...services], { include: new Set(include), exclude: new Set(exclude) });
}

/** A supergraph with types that no operation can reach marked as `@inaccessible`. */
export function hideUnreachable(supergraph: DocumentNode): DocumentNode {
  const { resolveImportName } = extractLinkImplementations(supergraph);
  return addInaccessibleToUnreachableTypes(resolveImportName, {
    supergraphDocumentNode: supergraph,
    publicDocumentNode: transformSupergraphToPublicSchema(supergraph),
  }).supergraphDocumentNode;
}
