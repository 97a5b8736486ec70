import type { FederationSubgraph, GraphqlSubgraph, RestSubgraph } from '../supergraph/supergraph.ts';

/** One team's service as composition takes it. */
export type Subgraph = FederationSource | GraphqlSource | RestSubgraph;

/** A service with federation directives, of federation 1 or 2. */
export interface FederationSource extends FederationSubgraph {
  readonly sdl: string;
}

/** A service without federation; its SDL may be printed from introspection. */
export interface GraphqlSource extends GraphqlSubgraph {
  readonly sdl: string;
}
