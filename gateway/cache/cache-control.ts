import { LRUCache } from 'lru-cache';

/** What a `Cache-Control` of an answer says to a cache that many share (https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2). */
export interface CacheControl {
  /** `undefined` where nothing is said. */
  readonly maxAgeMs: number | undefined;
  /** Whether nothing may be stored, or nothing served without asking first. */
  readonly forbidsUse: boolean;
  readonly scope: 'public' | 'private' | undefined;
  /** Whether it may never be served stale. */
  readonly forbidsStale: boolean;
  readonly staleWhileRevalidateMs: number | undefined;
  readonly staleIfErrorMs: number | undefined;
}

/** Services send one of a few texts, each of them again and again. */
const known = new LRUCache<string, CacheControl>({ max: 200 });
const knownMaxLength = 200;
const directivesMost = 50;
/** What is said to be good for longer is no better for it. */
const secondsMost = 31_536_000;

/** Reads a `Cache-Control`; of a directive that is there twice the stricter counts, and what cannot be read is 0. */
export function readCacheControl(text: string): CacheControl {
  const found = known.get(text);
  if (found !== undefined) return found;
  const control = parse(text);
  if (text.length <= knownMaxLength) known.set(text, control);
  return control;
}

function parse(text: string): CacheControl {
  const directives = new Map<string, number | undefined>();
  for (const part of text.toLowerCase().split(',', directivesMost)) {
    const [name = '', value] = part.split('=', 2).map((word) => word.trim());
    const seconds = value === undefined ? undefined : toSeconds(value);
    const former = directives.get(name);
    directives.set(
      name,
      former === undefined || seconds === undefined ? (seconds ?? former) : Math.min(former, seconds),
    );
  }
  const msOf = (name: string) => {
    const seconds = directives.get(name);
    return seconds === undefined ? undefined : seconds * 1_000;
  };
  const isPrivate = directives.has('private');
  return {
    maxAgeMs: msOf('s-maxage') ?? msOf('max-age'),
    forbidsUse: directives.has('no-store') || directives.has('no-cache'),
    scope: isPrivate ? 'private' : directives.has('public') ? 'public' : undefined,
    forbidsStale: ['must-revalidate', 'proxy-revalidate', 's-maxage'].some((name) => directives.has(name)),
    staleWhileRevalidateMs: msOf('stale-while-revalidate'),
    staleIfErrorMs: msOf('stale-if-error'),
  };
}

function toSeconds(value: string): number {
  const digits = value.replaceAll('"', '');
  return /^\d{1,15}$/.test(digits) ? Math.min(Number(digits), secondsMost) : 0;
}
