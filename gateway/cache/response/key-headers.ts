import type { Config } from '../../config/config.ts';
import { routingHeaders } from '../../config/endpoints.ts';
import { faultHeadersOf } from '../../faults/faults.ts';
import { type CachePolicy, notStored } from '../cache-policy.ts';

/** The headers of clients that decide what they are answered, by lower-case names. */
export interface KeyHeaders {
  /** Those that say nothing of who asks. */
  readonly plain: readonly string[];
  /** Those by which clients say who they are. */
  readonly credentials: readonly string[];
  /** Those that subgraphs see and that no answer depends on. */
  readonly ignored: ReadonlySet<string>;
  /** A policy of backends, held against what keys for everybody leave out. */
  readonly narrow: (policy: CachePolicy) => CachePolicy;
}

/** What of a configuration speaks of headers. */
export type KeyHeadersConfig = Pick<Config, 'headers' | 'identity' | 'faults' | 'traffic' | 'cache'>;

/** What a configuration makes of headers: those that subgraphs see, those that backends are chosen by, and credentials. */
export function keyHeadersOf(config: KeyHeadersConfig): KeyHeaders {
  const { headers, identity, traffic, cache } = config;
  const passedOn = headers.toSubgraphs.flatMap(({ propagate = [], rename = {} }) => [
    ...propagate,
    ...Object.keys(rename),
  ]);
  const credentials = new Set(['authorization', identity.token.header]);
  if (identity.apiKeys !== undefined) credentials.add(identity.apiKeys.header);
  // Pages send cookies of all kinds along; they count where somebody reads them.
  if (passedOn.includes('cookie')) credentials.add('cookie');
  const ignored = new Set(cache.ignoreHeaders);
  const seen = passedOn.filter((name) => !ignored.has(name));
  const all = new Set([...seen, ...routingHeaders(traffic, identity.client), ...faultHeadersOf(config)]);
  return {
    plain: [...all].filter((name) => !credentials.has(name)),
    credentials: [...credentials],
    ignored,
    narrow: createNarrow(asSeen(ignored, headers), asSeen(credentials, headers)),
  };
}

/** Headers of clients, also by the names under which subgraphs see them. */
function asSeen(names: ReadonlySet<string>, { toSubgraphs }: Config['headers']): ReadonlySet<string> {
  const renamed = toSubgraphs.flatMap(({ rename = {} }) =>
    Object.entries(rename).flatMap(([from, to]) => (names.has(from) ? to : [])),
  );
  return new Set([...names, ...renamed]);
}

/** What depends on credentials is for one identity; what depends on what nobody looks at is not stored. */
function createNarrow(ignored: ReadonlySet<string>, credentials: ReadonlySet<string>): KeyHeaders['narrow'] {
  return (policy) => {
    if (policy.vary.length === 0) return policy;
    if (policy.vary.some((name) => ignored.has(name))) return notStored;
    return policy.vary.some((name) => credentials.has(name)) ? { ...policy, scope: 'private' } : policy;
  };
}
