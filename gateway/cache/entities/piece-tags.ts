import { toCacheTag } from '../../../schema/supergraph/cache-tag-format.ts';
import { isRecord } from '../../transport/is-record.ts';
import type { FetchRequest } from '../../transport/send.ts';
import type { CacheModel } from '../cache-model.ts';
import { namesMost } from '../cache-policy.ts';
import { answersTag, ownTag, subgraphTag } from '../cache-tags.ts';
import { type DataShape, entityTagsOf, namedFields, tellObjects, typeTagsOf } from './data-shape.ts';
import type { GraphTypes } from './graph-types.ts';
import type { Piece } from './pieces.ts';

/** Entities that are tagged one by one; of more only the types are known. */
const entityTagsMost = 500;

export interface PieceTagsOptions {
  readonly types: GraphTypes;
  readonly model: Pick<CacheModel, 'tagsOf'>;
}

/** The tags of what holds the objects of some data: those of entities, and the application's own. */
export class ObjectTags {
  readonly #options: PieceTagsOptions;
  readonly #entities = new Set<string>();
  readonly #types = new Set<string>();
  readonly #own = new Set<string>();

  constructor(options: PieceTagsOptions) {
    this.#options = options;
  }

  /** Takes all objects in data of a shape. */
  addAll(shape: DataShape, data: unknown): void {
    tellObjects(shape, data, this.#options.types, (type, values) => this.add(type, values));
  }

  add(type: string, values: Readonly<Record<string, unknown>>): void {
    const { types, model } = this.#options;
    if (types.keysOf(type).length > 0) this.#types.add(type);
    for (const tag of entityTagsOf(type, values, types)) this.#entities.add(tag);
    for (const format of model.tagsOf(type)) {
      const tag = toCacheTag(format, values);
      if (tag !== undefined) this.#own.add(ownTag(tag));
    }
  }

  /** Tags for keeping it; `undefined` when there are too many names to look after. */
  get kept(): readonly string[] | undefined {
    if (this.#own.size > namesMost) return undefined;
    const entities = this.#entities.size > entityTagsMost ? Array.from(this.#types, answersTag) : this.#entities;
    return [...entities, ...this.#own];
  }

  /** Tags of all that may show one of the objects. */
  get changed(): readonly string[] {
    return this.#entities.size === 0 ? [] : [...this.#entities, ...Array.from(this.#types, answersTag)];
  }
}

const typeTags = new WeakMap<DataShape, readonly string[]>();

/** All tags of a piece; `undefined` when there are too many names to look after. */
export function tagsOfPiece(
  { shape, place }: Piece,
  value: unknown,
  fetch: FetchRequest,
  options: PieceTagsOptions,
): readonly string[] | undefined {
  const objects = new ObjectTags(options);
  const own: string[] = [];
  if (place.kind === 'entity') {
    const { __typename: _type, ...known } = JSON.parse(place.representation) as Readonly<Record<string, unknown>>;
    // There may be one tomorrow, and then whoever makes it says so by its key.
    objects.add(shape.coordinate, { ...(isRecord(value) ? namedFields(shape.data, value) : {}), ...known });
    if (isRecord(value)) for (const [key, inner] of shape.data.below) objects.addAll(inner, value[key]);
  } else {
    own.push(...place.field.tagsOf(fetch.variables ?? {}));
    objects.addAll(shape.data, value);
  }
  const { kept } = objects;
  if (kept === undefined) return undefined;
  let all = typeTags.get(shape.data);
  if (all === undefined) {
    all = typeTagsOf(shape.data, options.types);
    typeTags.set(shape.data, all);
  }
  return [subgraphTag(fetch.subgraph), ...all, ...kept, ...own];
}
