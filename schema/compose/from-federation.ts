import type { DocumentNode } from 'graphql';
import { withComposableVersion } from '../subgraph/federation-version.ts';
import type { FederationSource } from '../subgraph/subgraph.ts';
import type { Translated } from './prepared.ts';

/** A service of federation 1 or 2 is composed as it is. */
export function fromFederation({ kind, name, url }: FederationSource, document: DocumentNode): Translated {
  return { kind: 'ready', document: withComposableVersion(document), subgraph: { kind, name, url } };
}
