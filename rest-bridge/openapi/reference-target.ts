import { posix } from 'node:path';

/** What a `$ref` names: a file below the base folder ('' for the main document) and the way within it. */
export interface ReferenceTarget {
  readonly file: string;
  readonly segments: readonly string[];
}

/** Where a `$ref` leads, or the sentence that says why it is not followed. */
export function normalizeReference(reference: string, fromFile: string): ReferenceTarget | string {
  const hash = reference.indexOf('#');
  const path = hash === -1 ? reference : reference.slice(0, hash);
  const fragment = hash === -1 ? '' : reference.slice(hash + 1);
  if (/^[a-z][a-z0-9+.-]{0,20}:/i.test(path) || path.startsWith('//')) {
    return `The $ref leads to ${path}. Only files beside the document are read; save it there and refer to that.`;
  }
  if (fragment !== '' && !fragment.startsWith('/')) {
    return `The $ref ${reference} names an anchor; use a JSON pointer such as #/components/schemas/Pet.`;
  }
  const file = path === '' ? fromFile : posix.normalize(posix.join(posix.dirname(fromFile), decode(path)));
  if (file.startsWith('../') || file === '..' || path.startsWith('/') || file.includes('\0')) {
    return `The $ref leads to ${path}, outside the folder of the document. Move the file below it.`;
  }
  return { file, segments: fragment === '' ? [] : fragment.slice(1).split('/').map(unescapeSegment) };
}

function unescapeSegment(segment: string): string {
  return decode(segment).replaceAll('~1', '/').replaceAll('~0', '~');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
