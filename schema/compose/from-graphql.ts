import type { DocumentNode } from 'graphql';
import { federationIdentity } from '../subgraph/federation-version.ts';
import { isObjectType } from '../subgraph/is-object-type.ts';
import type { GraphqlSource } from '../subgraph/subgraph.ts';
import { createDirective, readString } from '../supergraph/directive.ts';
import { readFeatures } from '../supergraph/features.ts';
import type { EntityLookup } from '../supergraph/supergraph.ts';
import { checkEntities } from './check-entities.ts';
import type { Translated } from './prepared.ts';
import { toFederation } from './to-federation.ts';

/** A service without federation becomes federation SDL whose keys are those of its `entities`. */
export function fromGraphql({ kind, name, url, entities }: GraphqlSource, document: DocumentNode): Translated {
  const problems = checkEntities(name, entities, document);
  if (problems.length > 0) return { kind: 'failed', problems };
  return {
    kind: 'ready',
    document: toFederation(withKeys(document, entities)),
    subgraph: { kind, name, url, entities },
  };
}

function withKeys(document: DocumentNode, entities: Readonly<Record<string, EntityLookup>>): DocumentNode {
  const link = readFeatures(document).find(({ identity }) => identity === federationIdentity);
  const directive = link === undefined ? 'key' : (link.imports.get('@key')?.slice(1) ?? 'federation__key');
  const missing = new Map(Object.entries(entities).map(([type, { key }]) => [type, key]));
  for (const { name, directives } of document.definitions.filter(isObjectType)) {
    const keys = directives?.filter((node) => node.name.value === directive).map((node) => readString(node, 'fields'));
    if (keys?.includes(missing.get(name.value))) missing.delete(name.value);
  }
  const definitions = document.definitions.map((node) => {
    if (!isObjectType(node)) return node;
    const fields = missing.get(node.name.value);
    if (fields === undefined) return node;
    missing.delete(node.name.value);
    return { ...node, directives: [...(node.directives ?? []), createDirective(directive, { fields })] };
  });
  return { ...document, definitions };
}
