/** An object as JSON has it; read it through `own`, so that `__proto__` and its like are never found by accident. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A value together with where it stands, so that references, names and messages can tell. */
export interface Place {
  readonly value: unknown;
  /** Name of the file below the base folder; '' for the main document. */
  readonly file: string;
  /** JSON pointer within the file. */
  readonly pointer: string;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of that name, if the object itself has it. */
export function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A member that is text, else nothing. */
export function ownText(value: unknown, key: string): string | undefined {
  const member = own(value, key);
  return typeof member === 'string' ? member : undefined;
}

/** The member of that name as a place, if there is one. */
export function child(place: Place, key: string): Place | undefined {
  const value = own(place.value, key);
  return value === undefined ? undefined : within(place, key, value);
}

/** All members of an object, or nothing. */
export function members(place: Place | undefined): (readonly [string, Place])[] {
  if (!isObject(place?.value)) return [];
  return Object.entries(place.value).map(([key, value]) => [key, within(place, key, value)] as const);
}

/** All elements of an array, or nothing. */
export function elements(place: Place | undefined): Place[] {
  if (!Array.isArray(place?.value)) return [];
  return place.value.map((value: unknown, index) => within(place, String(index), value));
}

/** Where it is, for people: `#/paths/~1pets/get`, `schemas/pet.yaml#/Pet`. */
export function printPlace(place: Place): string {
  return `${place.file}#${place.pointer}`;
}

/** One segment of a JSON pointer, escaped (https://www.rfc-editor.org/rfc/rfc6901#section-3). */
export function escapeSegment(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function within(place: Place, key: string, value: unknown): Place {
  return { value, file: place.file, pointer: `${place.pointer}/${escapeSegment(key)}` };
}
