/** What a media type means for a body: how it is written, or that it is not understood. */
export type MediaKind = 'json' | 'form' | 'multipart' | 'text' | 'binary';

/** Kinds in the order in which they are preferred when a body or an answer comes in several. */
export const mediaPreference: readonly MediaKind[] = ['json', 'form', 'multipart', 'text', 'binary'];

/** The kind of a media type or range such as `application/hal+json; charset=utf-8`. */
export function toMediaKind(mediaType: string): MediaKind {
  const [essence = ''] = mediaType.toLowerCase().split(';', 1);
  const name = essence.trim();
  if (name === '*/*' || name === 'application/*' || name === '') return 'json';
  if (name.endsWith('/json') || name.endsWith('+json')) return 'json';
  if (name === 'application/x-www-form-urlencoded') return 'form';
  if (name.startsWith('multipart/')) return 'multipart';
  if (name.startsWith('text/') || name.endsWith('xml') || name.endsWith('yaml') || name.endsWith('jsonl'))
    return 'text';
  return name.endsWith('ndjson') || name.endsWith('javascript') || name.endsWith('graphql') ? 'text' : 'binary';
}
