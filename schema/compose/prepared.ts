import type { DocumentNode } from 'graphql';
import type { Problem } from '../supergraph/problem.ts';
import type { SupergraphSubgraph } from '../supergraph/supergraph.ts';

/** A subgraph ready to be composed, or what is wrong with it by itself. */
export type Prepared = (Ready & { readonly sunsets: ReadonlyMap<string, string> }) | Unready;

/** A subgraph as federation SDL, whatever it was. */
export type Translated = Ready | Unready;

interface Ready {
  readonly kind: 'ready';
  /** Federation SDL. */
  readonly document: DocumentNode;
  /** How the supergraph is to say that it is reached. */
  readonly subgraph: SupergraphSubgraph;
}

interface Unready {
  readonly kind: 'failed';
  readonly problems: readonly Problem[];
}
