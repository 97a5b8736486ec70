import type { EntityTarget, FieldShape, ObjectShape } from '../plan/plan.ts';
import { Failure, type FetchErrors, holderOf } from './fetch-errors.ts';
import { type Data, isData } from './links.ts';
import { typeOf } from './objects-at.ts';
import { writeString } from './write-leaf.ts';

/** What is known of an object that shall be loaded: the JSON of its representation, why there is none, or nothing. */
export type Represented = string | Failure | undefined;

/** Writes what stands for objects in `_entities` (https://specs.apollo.dev/federation/v2.3, `_Any`). */
export class Representer {
  readonly #target: EntityTarget;
  readonly #starts = new Map<string, string>();

  readonly #onlyKey: FieldShape | undefined;
  readonly #requiredLink: number | undefined;
  readonly #isSplit: boolean;

  constructor(target: EntityTarget) {
    const { views, key, required } = target;
    const [first] = key;
    const links = new Set(required.map(({ source }) => source?.link));
    this.#target = target;
    this.#onlyKey = key.length === 1 && first?.objects === undefined && typeof views === 'string' ? first : undefined;
    this.#requiredLink = links.size === 1 ? required[0]?.source?.link : undefined;
    this.#isSplit = links.size > 1 || links.has(undefined);
  }

  /** The value of the key, when it is one value; two objects that have it have the same representation, but for what is required. */
  keyOf(object: Data): string | number | undefined {
    if (this.#onlyKey === undefined) return undefined;
    const value = readOf(object, this.#onlyKey);
    return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  }

  /** What holds all that is required; `undefined` when nothing is, and the object itself when that is several. */
  holderOf(object: Data): unknown {
    if (this.#requiredLink !== undefined) return holderOf(object, this.#requiredLink) ?? object;
    return this.#isSplit ? object : undefined;
  }

  /** The name that the subgraph has for the type of an object. */
  viewOf(object: Data): string | undefined {
    const { views, place } = this.#target;
    return typeof views === 'string' ? views : views[String(typeOf(object, place.typename))];
  }

  represent(object: Data, errors: FetchErrors): Represented {
    const view = this.viewOf(object);
    if (view === undefined) return undefined;
    let text = this.#starts.get(view);
    if (text === undefined) {
      text = `{"__typename":${JSON.stringify(view)}`;
      this.#starts.set(view, text);
    }
    for (const field of this.#target.key) {
      const value = readOf(object, field);
      if (value instanceof Failure) return value;
      if (value === undefined || value === null) return lostAt(object, field, errors);
      const written = writeValue(value, field.objects);
      if (typeof written !== 'string') return written;
      text += `,"${field.name}":${written}`;
    }
    const fields = writeFields(object, this.#target.required, true);
    return typeof fields === 'string' ? `${text}${fields}}` : fields;
  }
}

/** Why a field is missing, if a subgraph said so. */
function lostAt(object: Data, { source }: FieldShape, errors: FetchErrors): Failure | undefined {
  const holder = source && holderOf(object, source.link);
  if (source === undefined || holder === undefined || holder instanceof Failure) return undefined;
  const lost = errors.at(holder, source.key).map(({ error }) => error);
  return lost.length === 0 ? undefined : errors.failure(lost);
}

/** Anything that is missing makes the whole useless: what is computed from it would be wrong. */
function writeFields(object: Data, fields: readonly FieldShape[], hasMore: boolean): Represented {
  let text = '';
  for (const field of fields) {
    const value = readOf(object, field);
    if (value instanceof Failure) return value;
    // Null where it must not be is an error, whatever the subgraph says of it.
    if (value === undefined || (value === null && field.type.endsWith('!'))) return undefined;
    const written = writeValue(value, field.objects);
    if (typeof written !== 'string') return written;
    text += `${hasMore || text !== '' ? ',' : ''}"${field.name}":${written}`;
  }
  return text;
}

function readOf(object: Data, { source }: FieldShape): unknown {
  const holder = source && holderOf(object, source.link);
  return holder === undefined || holder instanceof Failure || source === undefined ? holder : holder[source.key];
}

function writeValue(value: unknown, objects: ObjectShape | undefined): Represented {
  if (typeof value === 'string') return writeString(value);
  if (value === null || value === undefined || objects === undefined) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return writeList(value, objects);
  if (!isData(value)) return undefined;
  const type = String(typeOf(value, objects.typename));
  const start = objects.typename.kind === 'read' ? `"__typename":${JSON.stringify(type)}` : '';
  const found = objects.cases.find(({ types }) => types === undefined || types.includes(type));
  const fields = (found?.fields ?? []).filter(({ source }) => source !== undefined);
  const written = writeFields(value, fields, start !== '');
  return typeof written === 'string' ? `{${start}${written}}` : written;
}

function writeList(values: readonly unknown[], objects: ObjectShape): Represented {
  const items: string[] = [];
  for (const value of values) {
    const written = writeValue(value, objects);
    if (typeof written !== 'string') return written;
    items.push(written);
  }
  return `[${items.join(',')}]`;
}
