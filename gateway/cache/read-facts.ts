import type { IncomingHttpHeaders } from 'node:http';
import { type CacheControl, readCacheControl } from './cache-control.ts';
import type { CacheFacts } from './cache-facts.ts';
import { type CachePolicy, noLimits, notStored } from './cache-policy.ts';

/** Who answers. */
export interface FactsSource {
  readonly subgraph: string;
  /** Names of headers by which it is told who asks, in lower case and with `-` for `_`. */
  readonly identityNames: ReadonlySet<string>;
}

/** Most headers that an answer may depend on; one that depends on more is not stored. */
const varyMost = 50;
/** Most names that an answer may say that it is removed by; one with more, or with one that is longer, is not stored. */
const tagsMost = 200;
const tagMaxLength = 256;
/** Most names that are read: no header has room for more. */
const tagsRead = 10_000;

const credentials: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/**
 * What the headers of a backend's answer allow (https://www.rfc-editor.org/rfc/rfc9111). An answer that depends on who asks is for that
 * one alone, whatever else it says.
 */
export function readFacts(headers: IncomingHttpHeaders, source: FactsSource, now: () => number = Date.now): CacheFacts {
  const text = headers['cache-control'];
  const control = text === undefined ? undefined : readCacheControl(text);
  const setsCookie = headers['set-cookie'] !== undefined;
  const expiresMs = control?.maxAgeMs === undefined ? readExpires(headers, now()) : undefined;
  const vary = readVary(headers.vary);
  const tags = readTags(headers);
  const isUnclear = setsCookie || vary === undefined || tags.length > tagsMost || tags.some(isTooLong);
  const isPersonal = (name: string) => credentials.has(name) || source.identityNames.has(name.replaceAll('_', '-'));
  return {
    subgraph: source.subgraph,
    // What a mutation names is removed, however much it is.
    policy: isUnclear ? { ...notStored, tags } : { ...toPolicy(control, expiresMs, vary.some(isPersonal)), vary, tags },
    statesMaxAge: (control?.maxAgeMs ?? expiresMs) !== undefined,
    statesPublic: control?.scope === 'public',
    ageMs: /^\d{1,9}$/.test(headers.age ?? '') ? Number(headers.age) * 1_000 : 0,
    setsCookie,
    degraded: false,
  };
}

function toPolicy(control: CacheControl | undefined, expiresMs: number | undefined, isPersonal: boolean): CachePolicy {
  const scope = control?.scope === 'private' || isPersonal ? 'private' : 'public';
  if (control?.forbidsUse === true) return { ...notStored, scope };
  const unlimited = control?.forbidsStale === true ? 0 : Number.POSITIVE_INFINITY;
  return {
    ...noLimits,
    maxAgeMs: control?.maxAgeMs ?? expiresMs ?? Number.POSITIVE_INFINITY,
    scope,
    staleWhileRevalidateMs: Math.min(unlimited, control?.staleWhileRevalidateMs ?? unlimited),
    staleIfErrorMs: Math.min(unlimited, control?.staleIfErrorMs ?? unlimited),
  };
}

/** `undefined` for an answer that nobody can tell what it depends on. */
function readVary(vary: string | undefined): readonly string[] | undefined {
  if (vary === undefined) return noLimits.vary;
  const names = vary
    .toLowerCase()
    .split(',', varyMost + 1)
    .map((name) => name.trim());
  return names.includes('*') || names.length > varyMost ? undefined : names;
}

/** The names that an answer says it is removed by, as CDNs read them. */
function readTags(headers: IncomingHttpHeaders): readonly string[] {
  const byComma = headers['cache-tag'];
  const bySpace = headers['surrogate-key'];
  if (byComma === undefined && bySpace === undefined) return noLimits.tags;
  return [...split(byComma, ','), ...split(bySpace, ' ')];
}

function isTooLong(tag: string): boolean {
  return tag.length > tagMaxLength;
}

function split(value: string | readonly string[] | undefined, separator: ',' | ' '): readonly string[] {
  return (typeof value === 'string' ? [value] : (value ?? []))
    .flatMap((one) => one.split(separator, tagsRead))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** How long an answer is good for by `Expires`, which counts from its `Date`; a moment that cannot be read has passed. */
function readExpires({ expires, date }: IncomingHttpHeaders, nowMs: number): number | undefined {
  if (expires === undefined) return undefined;
  const fromMs = date === undefined ? nowMs : Date.parse(date);
  const ms = Date.parse(expires) - (Number.isNaN(fromMs) ? nowMs : fromMs);
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}
