import type { Subgraph } from '../../../schema/subgraph/subgraph.ts';
import type { Problem } from '../../../schema/supergraph/problem.ts';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';

/** What a source gave: a supergraph, or everything that stands in its way. */
export type SourceOutcome =
  | {
      readonly kind: 'supergraph';
      readonly supergraph: Supergraph;
      /** What it was composed of, where that was done here. */
      readonly subgraphs?: readonly Subgraph[];
    }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

/** Where a supergraph comes from. */
export interface SupergraphSource {
  /** Reads, and composes where that is needed. Never rejects; asking again reads anew. */
  readonly load: () => Promise<SourceOutcome>;
  /** Files whose change means another supergraph. */
  readonly files: readonly string[];
  /** Whether something is asked over the network, so that it pays to ask again from time to time. */
  readonly live: boolean;
  readonly close: () => Promise<void>;
}
