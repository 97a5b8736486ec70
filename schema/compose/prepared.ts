import type { DocumentNode } from 'graphql';
import type { CacheHints } from '../supergraph/cache-hints.ts';
import type { Problem } from '../supergraph/problem.ts';
import type { SupergraphSubgraph } from '../supergraph/supergraph.ts';

/** A subgraph ready to be composed, or what is wrong with it by itself. */
export type Prepared = (Ready & Taken) | Unready;

/** What is not for composition, by coordinate: it goes into the supergraph afterwards. */
interface Taken {
  readonly sunsets: ReadonlyMap<string, string>;
  readonly hints: ReadonlyMap<string, CacheHints>;
}

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
