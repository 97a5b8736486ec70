import { isTypeDefinitionNode, isTypeExtensionNode, parse } from 'graphql';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Config } from '../config/config.ts';
import { routingHeaders } from '../config/endpoints.ts';
import { faultHeadersOf } from '../faults/faults.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { RoutedFetch } from '../transport/endpoints/router.ts';
import { foldHeaderName } from '../transport/header-names.ts';
import { compileHeaderRules } from '../transport/header-rules.ts';
import type { AroundRestCall } from '../transport/rest.ts';
import type { Send, Transport } from '../transport/send.ts';
import { noTrialsOf, type TrialsOf } from '../transport/trials-of.ts';
import type { Onward } from '../transport/upstream.ts';
import type { CacheGraph } from './cache-graph.ts';
import { callsTag, namesTag, subgraphTag, typeTag, unknownTag } from './cache-tags.ts';
import { tellsClients } from './client-headers.ts';
import { contextDigestOf } from './context-digest.ts';
import { EntityCache } from './entities/entity-cache.ts';
import { FetchedObjects } from './entities/fetched-objects.ts';
import type { GraphTypes } from './entities/graph-types.ts';
import { withAbsenceTold } from './entities/with-absence-told.ts';
import { withObjectsTold } from './entities/with-objects-told.ts';
import { HttpCache } from './http/http-cache.ts';
import { withInvalidation } from './invalidation/with-invalidation.ts';
import { keyHeadersOf } from './response/key-headers.ts';
import type { CacheStore } from './store/cache-store.ts';

export interface FetchCachesOptions {
  readonly supergraph: Supergraph;
  readonly graph: CacheGraph;
  readonly config: Config;
  /** `undefined` when nothing is stored. */
  readonly store: CacheStore | undefined;
  readonly onward: Onward | undefined;
  readonly telemetry: Pick<Telemetry, 'cacheAsked'>;
  /** Default: no endpoints are on trial. */
  readonly trialsOf?: TrialsOf;
  /** In milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number;
}

/** What caches have to do with fetches. */
export interface FetchCaches {
  /** Around all fetches of a subgraph. */
  readonly around: (transport: Transport, subgraph: string) => Transport;
  /** Around the HTTP requests that a REST service is sent. */
  readonly aroundRest: AroundRestCall | undefined;
}

const noCaches: FetchCaches = { around: (transport) => transport, aroundRest: undefined };

/**
 * Keeps what subgraphs answer, piece by piece, takes away what mutations change, and finds out what whole answers show, each where the
 * configuration asks for it; otherwise transports come as they are.
 */
export function createFetchCaches(options: FetchCachesOptions): FetchCaches {
  const { supergraph, graph, config, store, trialsOf = noTrialsOf } = options;
  const { cache } = config;
  const tellsAbsence = cache.response.enabled || tellsClients(cache);
  const tellsObjects = cache.response.enabled || (tellsClients(cache) && cache.toClients.tagHeader !== undefined);
  if (store === undefined && !tellsAbsence) return noCaches;
  const { types, model } = graph;
  const objects = new FetchedObjects({ types, model });
  const { keep, aroundRest } = createKeepers(options);
  const restNames = new Set(supergraph.subgraphs.flatMap(({ kind, name }) => (kind === 'rest' ? name : [])));
  return {
    around({ send, subscribe }, subgraph) {
      const changedTags = restNames.has(subgraph) ? [callsTag(subgraph)] : [];
      const changing = store === undefined ? send : withInvalidation(send, { objects, store, changedTags });
      const keeping = keep(changing, subgraph);
      const { negativeMaxAge } = cache.entity;
      const trialOf = (fetch: RoutedFetch) => trialsOf(fetch).get(subgraph);
      const telling = tellsAbsence ? withAbsenceTold(keeping, { objects, negativeMaxAge, trialOf }) : keeping;
      return { send: tellsObjects ? withObjectsTold(telling, objects) : telling, subscribe };
    },
    aroundRest,
  };
}

interface Keepers extends Pick<FetchCaches, 'aroundRest'> {
  readonly keep: (send: Send, subgraph: string) => Send;
}

function createKeepers(options: FetchCachesOptions): Keepers {
  const { supergraph, graph, config, store, onward, telemetry, trialsOf = noTrialsOf, now = Date.now } = options;
  const { entity, staleWhileRevalidate, staleIfError } = config.cache;
  if (!entity.enabled || store === undefined) return { keep: (send) => send, aroundRest: undefined };
  const { credentials, ignored, narrow } = keyHeadersOf(config);
  const requests = {
    store,
    credentials,
    isIgnored: (name: string) => ignored.has(name),
    narrow,
    routing: [...new Set([...routingHeaders(config.traffic, config.identity.client), ...faultHeadersOf(config)])],
    now,
  };
  const shared = {
    ...requests,
    types: graph.types,
    model: graph.model,
    fingerprint: contextDigestOf(supergraph.fingerprint, config),
    defaults: { staleWhileRevalidate, staleIfError, negativeMaxAge: entity.negativeMaxAge },
    onAsked: telemetry.cacheAsked,
  };
  return {
    keep(send, subgraph) {
      const identityNames = new Set([...(onward?.namesFor(subgraph) ?? [])].map(foldHeaderName));
      const headersFor = compileHeaderRules(config.headers.toSubgraphs, subgraph, [], identityNames);
      const trialOf = (fetch: RoutedFetch) => trialsOf(fetch).get(subgraph);
      const entities = new EntityCache(send, { ...shared, subgraph, headersFor, trialOf });
      return (fetch) => entities.send(fetch);
    },
    aroundRest(ask, { name, url, sdl }, source) {
      const tags = tagsOfCalls(name, sdl, graph.types);
      const trialOf = (fetch: RoutedFetch) => trialsOf(fetch).get(name);
      const calls = new HttpCache(ask, { ...requests, origin: url, source, tags, trialOf });
      return (request, fetch) => calls.send(request, fetch);
    },
  };
}

/** What is in the answers of a service nobody knows, so all of it may be in each. */
function tagsOfCalls(subgraph: string, sdl: string, types: GraphTypes): readonly string[] {
  const names = parse(sdl, { noLocation: true }).definitions.flatMap((node) =>
    isTypeDefinitionNode(node) || isTypeExtensionNode(node) ? node.name.value : [],
  );
  const all = [...new Set(names)].flatMap((type) => [
    typeTag(type),
    ...types.keysOf(type).map((key) => unknownTag(type, key.names)),
  ]);
  return [subgraphTag(subgraph), callsTag(subgraph), namesTag, ...all];
}
