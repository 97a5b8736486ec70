/**
 * Who may be given a stored answer: `public` everybody, `private` the identity it was made for. Where nothing is said (`unstated`) it is
 * public only as long as requests bring no credentials.
 */
export type CacheScope = 'public' | 'unstated' | 'private';

/** For how long, for whom and under which names something may be stored. */
export interface CachePolicy {
  /** From the moment the data was made, in milliseconds. 0: not at all; `Infinity`: this part sets no limit. */
  readonly maxAgeMs: number;
  readonly scope: CacheScope;
  /** For how long after `maxAgeMs` it may be served while somebody makes it anew; `Infinity`: no limit of this part. */
  readonly staleWhileRevalidateMs: number;
  /** For how long after `maxAgeMs` it may be served when making it anew fails; `Infinity`: no limit of this part. */
  readonly staleIfErrorMs: number;
  /** The application's own names for what is in it, by which it is removed: without the prefix `tag:`. */
  readonly tags: readonly string[];
  /** Names, in lower case, of request headers that it depends on. */
  readonly vary: readonly string[];
}

const none: readonly string[] = [];

/** What adds nothing to another policy. */
export const noLimits: CachePolicy = {
  maxAgeMs: Number.POSITIVE_INFINITY,
  scope: 'public',
  staleWhileRevalidateMs: Number.POSITIVE_INFINITY,
  staleIfErrorMs: Number.POSITIVE_INFINITY,
  tags: none,
  vary: none,
};

/** What may not be stored. */
export const notStored: CachePolicy = { ...noLimits, maxAgeMs: 0, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 };

/** Most names that one policy has: what depends on more headers is not worth storing, and more tags are not looked after. */
export const namesMost = 200;

/** What both allow: the least of each. One with too many names allows nothing: it could not be removed by each of them. */
export function mergePolicies(one: CachePolicy, other: CachePolicy): CachePolicy {
  if (other === noLimits) return one;
  if (one === noLimits) return other;
  const tags = union(one.tags, other.tags);
  const vary = union(one.vary, other.vary);
  if (tags.length > namesMost || vary.length > namesMost) return notStored;
  return {
    maxAgeMs: Math.min(one.maxAgeMs, other.maxAgeMs),
    scope: narrower(one.scope, other.scope),
    staleWhileRevalidateMs: Math.min(one.staleWhileRevalidateMs, other.staleWhileRevalidateMs),
    staleIfErrorMs: Math.min(one.staleIfErrorMs, other.staleIfErrorMs),
    tags,
    vary,
  };
}

/** The scope that both allow. */
export function narrower(one: CacheScope, other: CacheScope): CacheScope {
  if (one === 'private' || other === 'private') return 'private';
  return one === 'unstated' ? one : other;
}

/** Who may be given what is stored now: everybody, those who bring no credentials, the identity that asks, or nobody else. */
export type CacheAudience = 'everybody' | 'strangers' | 'identity' | 'nobody';

/**
 * For whom an answer is stored. What is private needs somebody to be kept for; what nothing is said of is for one identity as soon as
 * the request brings credentials.
 */
export function audienceOf(scope: CacheScope, hasCredentials: boolean): CacheAudience {
  if (scope === 'public') return 'everybody';
  if (hasCredentials) return 'identity';
  return scope === 'unstated' ? 'strangers' : 'nobody';
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  if (other.length === 0) return one;
  if (one.length === 0) return other;
  return [...new Set([...one, ...other])];
}
