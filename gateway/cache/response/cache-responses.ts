import type { GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import type { Config } from '../../config/config.ts';
import type { Engine } from '../../execute/engine.ts';
import type { RunOperation } from '../../run-operation.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Transports } from '../../transport/transports.ts';
import type { CacheGraph } from '../cache-graph.ts';
import { CacheModel } from '../cache-model.ts';
import { subgraphTag } from '../cache-tags.ts';
import { tellsClients } from '../client-headers.ts';
import { contextDigestOf } from '../context-digest.ts';
import { createOperationPolicies } from '../operation-policy.ts';
import { createRequiredPolicies } from '../required-policies.ts';
import type { CacheEntry, CacheStore } from '../store/cache-store.ts';
import { keyHeadersOf } from './key-headers.ts';
import { ResponseKeys } from './response-keys.ts';
import { withResponseCache } from './with-response-cache.ts';

export interface CacheResponsesOptions {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: Config;
  readonly engine: Pick<Engine, 'labelsKeyOf'>;
  /** Default: no endpoints are on trial. */
  readonly transports?: Pick<Transports, 'trialsOf'>;
  readonly cacheGraph: CacheGraph;
  /** `undefined` when nothing is stored. */
  readonly cacheStore: CacheStore | undefined;
  readonly telemetry: Pick<Telemetry, 'cacheAsked' | 'log'>;
  /** What operators have blocked. Default: nothing. */
  readonly blocks?: Blocks | undefined;
}

/** Tells which subgraphs are blocked. */
interface Blocks {
  readonly current: () => { readonly isEmpty: boolean };
  readonly isSubgraphBlocked: (subgraph: string) => boolean;
}

/** Stores whole answers, or finds out what clients may store of them, as far as the configuration asks for it. */
export function cacheResponses(run: RunOperation, options: CacheResponsesOptions): RunOperation {
  const { supergraph, schema, config, cacheGraph, cacheStore, engine, transports, telemetry, blocks } = options;
  const { cache, traffic } = config;
  if (!cache.response.enabled && !tellsClients(cache) && !cache.debugHeader) return run;
  const onUnmatched = (pattern: string) =>
    telemetry.log.warn(`The cache rule for ${pattern} is about nothing: no type and no field is called so.`);
  const model = new CacheModel({ supergraph, schema, config: cache, onUnmatched });
  return withResponseCache(run, {
    policyOf: createOperationPolicies(schema, model, createRequiredPolicies(cacheGraph)),
    keys: new ResponseKeys({
      context: contextDigestOf(supergraph.fingerprint, config),
      keyHeaders: keyHeadersOf(config),
      labelsKeyOf: engine.labelsKeyOf,
      trialsOf: transports?.trialsOf,
    }),
    store: cache.response.enabled ? cacheStore : undefined,
    timeoutMs: traffic.operation.timeout,
    onAsked: telemetry.cacheAsked,
    isBlocked: blocks && createIsBlocked(blocks, supergraph),
  });
}

/** Whether an answer shows what a subgraph said that is blocked: that has no answers at all. */
function createIsBlocked(
  { current, isSubgraphBlocked }: Blocks,
  { subgraphs }: Supergraph,
): (entry: Pick<CacheEntry, 'tags'>) => boolean {
  const named = subgraphs.map(({ name }) => [name, subgraphTag(name)] as const);
  return ({ tags }) => !current().isEmpty && named.some(([name, tag]) => isSubgraphBlocked(name) && tags.includes(tag));
}
