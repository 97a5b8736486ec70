import { posix } from 'node:path';
import type { Place } from './place.ts';

/** The name that the document gives a schema: its component, or the file it fills; nothing for one that is written where it is used. */
export function readComponentName(place: Place): string | undefined {
  const segments = place.pointer.split('/').slice(1);
  const last = segments.at(-1);
  const container = segments.at(-2);
  if (last === undefined) return place.file === '' ? undefined : posix.basename(place.file).replace(/\.[^.]*$/, '');
  if (container === undefined) return place.file === '' ? undefined : toText(last);
  return ['schemas', 'definitions', '$defs'].includes(container) ? toText(last) : undefined;
}

function toText(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
