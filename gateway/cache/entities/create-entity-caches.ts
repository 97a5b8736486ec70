import { buildSchema, isTypeDefinitionNode, isTypeExtensionNode, parse } from 'graphql';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import type { Config } from '../../config/config.ts';
import { routingHeaders } from '../../config/endpoints.ts';
import { faultHeadersOf } from '../../faults/faults.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { foldHeaderName } from '../../transport/header-names.ts';
import { compileHeaderRules } from '../../transport/header-rules.ts';
import type { AroundRestCall } from '../../transport/rest.ts';
import type { Transport } from '../../transport/send.ts';
import type { Onward } from '../../transport/upstream.ts';
import { CacheModel } from '../cache-model.ts';
import { answersTag, callsTag, namesTag, subgraphTag, typeTag } from '../cache-tags.ts';
import { contextDigestOf } from '../context-digest.ts';
import { HttpCache } from '../http/http-cache.ts';
import { keyHeadersOf } from '../response/key-headers.ts';
import type { CacheStore } from '../store/cache-store.ts';
import { EntityCache } from './entity-cache.ts';
import { GraphTypes } from './graph-types.ts';

export interface EntityCachesOptions {
  readonly supergraph: Supergraph;
  readonly config: Config;
  /** `undefined` when nothing is stored. */
  readonly store: CacheStore | undefined;
  readonly onward: Onward | undefined;
  readonly telemetry: Pick<Telemetry, 'cacheAsked'>;
  /** In milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number;
}

/** What keeps the answers of subgraphs. */
export interface EntityCaches {
  /** Around all fetches of a subgraph. */
  readonly around: (transport: Transport, subgraph: string) => Transport;
  /** Around the HTTP requests that a REST service is sent. */
  readonly aroundRest: AroundRestCall | undefined;
}

const noCaches: EntityCaches = { around: (transport) => transport, aroundRest: undefined };

/** Keeps what subgraphs answer, piece by piece, where the configuration asks for it; otherwise transports come as they are. */
export function createEntityCaches(options: EntityCachesOptions): EntityCaches {
  const { supergraph, config, store, onward, telemetry, now = Date.now } = options;
  const { entity, staleWhileRevalidate, staleIfError } = config.cache;
  if (!entity.enabled || store === undefined) return noCaches;
  const schema = buildSchema(supergraph.sdl, { assumeValidSDL: true });
  const { credentials, ignored } = keyHeadersOf(config);
  const requests = {
    store,
    credentials,
    isIgnored: (name: string) => ignored.has(name),
    routing: [...new Set([...routingHeaders(config.traffic, config.identity.client), ...faultHeadersOf(config)])],
    now,
  };
  const shared = {
    ...requests,
    types: new GraphTypes(schema),
    model: new CacheModel({ supergraph, schema, config: config.cache }),
    fingerprint: contextDigestOf(supergraph.fingerprint, config),
    defaults: { staleWhileRevalidate, staleIfError, negativeMaxAge: entity.negativeMaxAge },
    onAsked: telemetry.cacheAsked,
  };
  const restNames = new Set(supergraph.subgraphs.flatMap(({ kind, name }) => (kind === 'rest' ? name : [])));
  return {
    around({ send, subscribe }, subgraph) {
      const identityNames = new Set([...(onward?.namesFor(subgraph) ?? [])].map(foldHeaderName));
      const headersFor = compileHeaderRules(config.headers.toSubgraphs, subgraph, [], identityNames);
      const changedTags = restNames.has(subgraph) ? [callsTag(subgraph)] : [];
      const cache = new EntityCache(send, { ...shared, subgraph, headersFor, changedTags });
      return { send: (fetch) => cache.send(fetch), subscribe };
    },
    aroundRest(ask, { name, url, sdl }, source) {
      const cache = new HttpCache(ask, { ...requests, origin: url, source, tags: tagsOfCalls(name, sdl) });
      return (request, fetch) => cache.send(request, fetch);
    },
  };
}

/** What is in the answers of a service nobody knows, so all of it may be in each. */
function tagsOfCalls(subgraph: string, sdl: string): readonly string[] {
  const types = parse(sdl, { noLocation: true }).definitions.flatMap((node) =>
    isTypeDefinitionNode(node) || isTypeExtensionNode(node) ? node.name.value : [],
  );
  const all = [...new Set(types)].flatMap((type) => [typeTag(type), answersTag(type)]);
  return [subgraphTag(subgraph), callsTag(subgraph), namesTag, ...all];
}
