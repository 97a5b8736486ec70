import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { HttpAnswer } from '../../transport/answer-reader.ts';
import type { CacheEntry } from '../store/cache-store.ts';

/** Those that say something of one connection or one transfer alone. */
const fleeting = new Set([
  'age',
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'set-cookie',
  'transfer-encoding',
  'upgrade',
]);
/** Longest headers that are kept, in characters. */
const headersMost = 8_192;

/** An answer as what is kept of it; `undefined` for one that is no text or says too much of itself. */
export function toKept({ headers, body }: HttpAnswer): Pick<CacheEntry, 'text' | 'note'> | undefined {
  const note = JSON.stringify(Object.fromEntries(Object.entries(headers).filter(([name]) => !fleeting.has(name))));
  return isUtf8(body) && note.length <= headersMost ? { text: body.toString(), note } : undefined;
}

/** The answer that was kept, as old as it is. */
export function toAnswer(entry: CacheEntry, nowMs: number): HttpAnswer {
  const age = String(Math.max(0, Math.floor((nowMs - entry.storedAtMs) / 1_000)));
  return { status: 200, headers: { ...headersOf(entry), age }, body: Buffer.from(entry.text) };
}

/** What asks whether a kept answer is still good, names and values in turn; nothing for one that cannot be asked for so. */
export function conditionsOf(entry: CacheEntry): readonly string[] {
  const { etag, 'last-modified': modified } = headersOf(entry);
  if (etag !== undefined) return ['if-none-match', etag];
  return modified === undefined ? [] : ['if-modified-since', modified];
}

/** The kept answer with what a 304 says of it (https://www.rfc-editor.org/rfc/rfc9111#section-4.3.4). */
export function renew(entry: CacheEntry, { headers }: Pick<HttpAnswer, 'headers'>): HttpAnswer {
  const { 'content-length': _length, 'content-type': _type, ...said } = headers;
  return { status: 200, headers: { ...headersOf(entry), ...said }, body: Buffer.from(entry.text) };
}

function headersOf({ note = '{}' }: CacheEntry): IncomingHttpHeaders {
  return JSON.parse(note) as IncomingHttpHeaders;
}
