import { toCacheTag } from '../../../schema/supergraph/cache-tag-format.ts';
import { isRecord } from '../../transport/is-record.ts';
import type { ShownObjects } from '../cache-facts.ts';
import type { CacheModel } from '../cache-model.ts';
import { namesMost } from '../cache-policy.ts';
import { canonicalText, entityTag, namesTag, ownTag, typeTag, unknownTag } from '../cache-tags.ts';
import { type DataShape, namedFields, tellBelow, tellObjects } from './data-shape.ts';
import { type EntityKey, type GraphTypes, pickKey } from './graph-types.ts';

/** Keys of entities that are tagged one by one, well below what a store takes; of more only the types are known. */
const entitiesMost = 400;

export interface ObjectTagsOptions {
  readonly types: GraphTypes;
  readonly model: Pick<CacheModel, 'tagsOf'>;
}

/** An entity by one of its keys. */
interface Known {
  readonly type: string;
  readonly key: EntityKey;
  readonly text: string;
  /** All keys that it is known by, wherever it was found. */
  readonly keys: Set<EntityKey>;
}

type Values = Readonly<Record<string, unknown>>;

/** The tags of the objects in some data: those of entities, and the application's own names for them. */
export class ObjectTags implements ShownObjects {
  readonly #options: ObjectTagsOptions;
  /** By type and key as text. */
  readonly #known = new Map<string, Known>();
  /** Types of entities. */
  readonly #types = new Set<string>();
  /** Types of entities of which nobody knows any key. */
  readonly #unknownTypes = new Set<string>();
  readonly #own = new Set<string>();

  constructor(options: ObjectTagsOptions) {
    this.#options = options;
  }

  /** Takes all objects in data of a shape. */
  addAll(shape: DataShape, data: unknown): void {
    tellObjects(shape, data, this.#options.types, this.#addObject);
  }

  /** Takes what a root field brought; where it found nothing there may be something tomorrow, and nobody knows its key. */
  addField(shape: DataShape, data: unknown): void {
    if (data !== null) this.addAll(shape, data);
    else for (const type of this.#options.types.allOf(shape.type)) this.add(type, {});
  }

  /** Takes an entity that was asked for, whether it was found or not: there may be one tomorrow. */
  addEntity(type: string, shape: DataShape, representation: string, value: unknown): void {
    const { __typename: _type, ...asked } = JSON.parse(representation) as Values;
    const { types } = this.#options;
    this.add(type, isRecord(value) ? { ...namedFields(shape, value, type), ...asked } : asked);
    if (isRecord(value)) tellBelow(shape, value, types, this.#addObject, types.allOf(type));
  }

  /** Takes an object with the values of its fields by name. */
  add(type: string, values: Values): void {
    this.#addKeys(type, values);
    for (const format of this.#options.model.tagsOf(type)) {
      if (this.#own.size > namesMost) return;
      const tag = toCacheTag(format, values);
      this.#own.add(tag === undefined ? namesTag : ownTag(tag));
    }
  }

  /** Tags for keeping it. Above a number of entities, or of names, one tag stands for all that any of them may be removed by. */
  get kept(): readonly string[] {
    const tags = new Set<string>();
    for (const { type, key } of this.#unknown()) tags.add(unknownTag(type, key.names));
    if (!this.#isTooMany) for (const { type, text } of this.#known.values()) tags.add(entityTag(type, text));
    for (const tag of this.#own.size > namesMost ? [namesTag] : this.#own) tags.add(tag);
    return [...tags];
  }

  /** Tags of all that may show one of the objects. */
  get changed(): readonly string[] {
    if (this.#isTooMany) return Array.from(this.#types, typeTag);
    const tags = new Set(Array.from(this.#unknownTypes, typeTag));
    for (const { type, key, text } of this.#known.values()) {
      tags.add(entityTag(type, text));
      tags.add(unknownTag(type, key.names));
    }
    return [...tags];
  }

  get #isTooMany(): boolean {
    return this.#known.size > entitiesMost;
  }

  #addKeys(type: string, values: Values): void {
    const all = this.#options.types.keysOf(type);
    if (all.length === 0) return;
    this.#types.add(type);
    const found = all.flatMap((key) => {
      const picked = pickKey(key.fields, values);
      return picked === undefined ? [] : [{ key, text: canonicalText(picked) }];
    });
    if (found.length === 0) this.#unknownTypes.add(type);
    for (const { key, text } of found) {
      if (this.#isTooMany) return;
      const id = `${type} ${text}`;
      const known = this.#known.get(id) ?? { type, key, text, keys: new Set() };
      for (const other of found) known.keys.add(other.key);
      this.#known.set(id, known);
    }
  }

  /** The keys by which there may be any entity of a type. */
  *#unknown(): Iterable<Pick<Known, 'type' | 'key'>> {
    const { types } = this.#options;
    for (const type of this.#isTooMany ? this.#types : this.#unknownTypes) {
      for (const key of types.keysOf(type)) yield { type, key };
    }
    for (const { type, keys } of this.#known.values()) {
      for (const key of types.keysOf(type)) if (!keys.has(key)) yield { type, key };
    }
  }

  readonly #addObject = (type: string, object: Values, shape: DataShape): void => {
    const { types, model } = this.#options;
    if (types.keysOf(type).length === 0 && model.tagsOf(type).length === 0) return;
    this.add(type, namedFields(shape, object, type));
  };
}
