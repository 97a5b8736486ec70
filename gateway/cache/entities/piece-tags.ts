import type { FetchRequest } from '../../transport/send.ts';
import { subgraphTag } from '../cache-tags.ts';
import { type DataShape, typeTagsOf } from './data-shape.ts';
import { ObjectTags, type ObjectTagsOptions } from './object-tags.ts';
import type { Piece } from './pieces.ts';

const typeTags = new WeakMap<DataShape, readonly string[]>();

/** All tags of a piece. */
export function tagsOfPiece(
  { shape, place }: Piece,
  value: unknown,
  fetch: FetchRequest,
  options: ObjectTagsOptions,
): readonly string[] {
  const objects = new ObjectTags(options);
  if (place.kind === 'entity') objects.addEntity(shape.coordinate, shape.data, place.representation, value);
  else objects.addField(shape.data, value);
  const own = place.kind === 'field' ? place.field.tagsOf(fetch.variables ?? {}) : [];
  let all = typeTags.get(shape.data);
  if (all === undefined) {
    all = typeTagsOf(shape.data, options.types);
    typeTags.set(shape.data, all);
  }
  return [subgraphTag(fetch.subgraph), ...all, ...objects.kept, ...own];
}
