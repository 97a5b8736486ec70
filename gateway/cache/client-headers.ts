import type { CacheConfig } from '../config/cache.ts';
import type { Answer } from '../execute/engine.ts';
import type { CacheReport, Storable } from './cache-report.ts';
import { type KeyHeadersConfig, keyHeadersOf } from './response/key-headers.ts';

/** Gives the headers that tell a client of an answer; `undefined` stands for a refusal. */
export type ClientHeaders = (
  answer: Answer | undefined,
  report: CacheReport | undefined,
) => Readonly<Record<string, string>>;

/** Longer lists of names are cut off on the way, and what has lost its name can not be removed. */
const tagsMaxLength = 8_192;

/** Separators as CDNs read them. */
const separators = { 'surrogate-key': ' ', 'cache-tag': ',', 'edge-cache-tag': ',' } as const;

const noStore: Readonly<Record<string, string>> = { 'cache-control': 'no-store' };
const nothing: Readonly<Record<string, string>> = {};

/** Whether clients are told for how long they may store answers. */
export function tellsClients({ response, toClients }: Pick<CacheConfig, 'response' | 'toClients'>): boolean {
  return toClients.enabled ?? response.enabled;
}

/**
 * Tells browsers and CDNs what they may store (https://www.rfc-editor.org/rfc/rfc9111): answers that are as they should be, for as long
 * as all of their parts are fresh, and nothing else. `undefined` when they are told nothing.
 */
export function createClientHeaders(config: KeyHeadersConfig, now: () => number = Date.now): ClientHeaders | undefined {
  const { cache, identity } = config;
  const { tagHeader } = cache.toClients;
  const isTold = tellsClients(cache);
  if (!isTold && !cache.debugHeader) return undefined;
  const { plain, credentials } = keyHeadersOf(config);
  const varyPublic = ['accept', ...plain].join(', ');
  // Who signs in anew in the same browser is somebody else to it.
  const cookies = identity.token.cookie === undefined ? [] : ['cookie'];
  const varyPrivate = [...new Set(['accept', ...plain, ...credentials, ...cookies])].join(', ');

  const describe = (storable: Storable): Readonly<Record<string, string>> => {
    const { storedAtMs, freshUntilMs, staleWhileRevalidateMs, staleIfErrorMs } = storable;
    const maxAge = toSeconds(freshUntilMs - storedAtMs);
    if (maxAge === 0) return noStore;
    const tags = tagHeader === undefined ? '' : toTagList(storable.readTags(), separators[tagHeader]);
    const isPublic = identity.anonymous && storable.isPublic && tags.length <= tagsMaxLength;
    const parts = [isPublic ? 'public' : 'private', `max-age=${maxAge}`];
    if (staleWhileRevalidateMs >= 1_000) parts.push(`stale-while-revalidate=${toSeconds(staleWhileRevalidateMs)}`);
    if (staleIfErrorMs >= 1_000) parts.push(`stale-if-error=${toSeconds(staleIfErrorMs)}`);
    return {
      'cache-control': parts.join(', '),
      age: String(toSeconds(now() - storedAtMs)),
      vary: isPublic ? varyPublic : varyPrivate,
      ...(tagHeader !== undefined && isPublic && tags !== '' && { [tagHeader]: tags }),
    };
  };

  return (answer, report) => {
    if (answer !== undefined && Symbol.asyncIterator in answer) return nothing;
    const storable = answer !== undefined && isWhole(answer) ? report?.storable : undefined;
    const told = !isTold ? nothing : storable === undefined ? noStore : describe(storable);
    return cache.debugHeader && report !== undefined ? { ...told, 'x-cache': report.status } : told;
  };
}

/** Whether an answer is the same for whoever asks the same: what it cost is, how it was answered is not for everybody. */
function isWhole({ errors, extensions }: Exclude<Answer, AsyncIterable<unknown>>): boolean {
  return errors === undefined && Object.keys(extensions ?? {}).every((name) => name === 'cost');
}

function toSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1_000));
}

/** The names that mean something outside: those of the application, and of types. */
function toTagList(tags: readonly string[], separator: string): string {
  return tags
    .filter((tag) => tag.startsWith('tag:') || tag.startsWith('type:'))
    .map((tag) => (tag.startsWith('tag:') ? tag.slice('tag:'.length) : tag).replace(/[^\x21-\x2b\x2d-\x7e]/gu, encode))
    .join(separator);
}

/** Names may be made of what clients send: nothing in them may end the header, or the name. */
function encode(letter: string): string {
  return Buffer.from(letter).toString('hex').replace(/../g, '%$&');
}
