/** How one subgraph of a supergraph is described and reached. */
export type SupergraphSubgraph = FederationSubgraph | GraphqlSubgraph | RestSubgraph;

interface SubgraphBase {
  /** Its name as the team gave it: `join__Graph`'s `name`. */
  readonly name: string;
  /** Where it answers; the base URL for REST. */
  readonly url: string;
}

/** A GraphQL service that answers `_entities` itself. */
export interface FederationSubgraph extends SubgraphBase {
  readonly kind: 'federation';
}

/** A GraphQL service that knows nothing of federation; its entities are loaded through query fields. */
export interface GraphqlSubgraph extends SubgraphBase {
  readonly kind: 'graphql';
  /** By type name. */
  readonly entities: Readonly<Record<string, EntityLookup>>;
}

/** How the entities of one type are loaded from a service without `_entities`. */
export interface EntityLookup {
  /** The key field, such as `upc`. */
  readonly key: string;
  /** The query field that loads them. */
  readonly field: string;
  /** Its argument that takes the key, or the list of keys. */
  readonly argument: string;
  /** Whether the argument takes many keys and the field answers a list. */
  readonly list: boolean;
}

/** A REST service, executed in the gateway from the `@rest` directives of its SDL. */
export interface RestSubgraph extends SubgraphBase {
  readonly kind: 'rest';
  /** Federation SDL with `@rest`. */
  readonly sdl: string;
  /** Most calls in flight at a time for one operation. */
  readonly maxConcurrency: number;
}

/** The composed artifact that gateways run: immutable, complete, the same for every gateway. */
export interface Supergraph {
  /** Standard supergraph SDL (join spec v0.3 and later), readable by other routers. */
  readonly sdl: string;
  /** What clients see: the schema without federation's machinery and without what is `@inaccessible`. */
  readonly publicSdl: string;
  readonly subgraphs: readonly SupergraphSubgraph[];
  /** SHA-256 of `sdl` in hex: equal for equal artifacts. */
  readonly fingerprint: string;
}
