import type { Subgraph } from '../../../schema/subgraph/subgraph.ts';
import type { Problem } from '../../../schema/supergraph/problem.ts';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';

/** What a registry tells of a supergraph. */
export interface Release {
  /** Growing; counted by the registry for this graph and variant. */
  readonly version: number;
  /** Texts of operations to plan before it is used. */
  readonly warmUp: readonly string[];
  /** A version that is tried with a share of the clients; `undefined` when all have the same. */
  readonly canary?: CanaryRelease | undefined;
}

/** A supergraph that is tried beside another one. */
export interface CanaryRelease {
  readonly version: number;
  readonly supergraph: Supergraph;
  /** Of 0 to 100, the clients that are to have it. */
  readonly percent: number;
  /** How often to tell what was used meanwhile, in milliseconds. */
  readonly reportMs: number;
}

/** What a source gave: a supergraph, or everything that stands in its way. */
export type SourceOutcome =
  | {
      readonly kind: 'supergraph';
      readonly supergraph: Supergraph;
      /** What it was composed of, where that was done here. */
      readonly subgraphs?: readonly Subgraph[];
      /** `undefined` when it comes from no registry. */
      readonly release?: Release | undefined;
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
  /** Calls `onChange`, until `close`, whenever there may be another one to load. A source that has this need not be polled. */
  readonly watch?: (onChange: () => void) => void;
  readonly close: () => Promise<void>;
}
