/** An object: which one it is, and nothing of what it holds. */
export interface Thing {
  /** An object type. */
  readonly type: string;
  /** Equal for equal objects. */
  readonly identity: string;
  /** Which entity of its type it is; `undefined` for other objects. */
  readonly index: number | undefined;
  /** For an object without keys: the entity that it is part of, if it is part of one. */
  readonly owner: Thing | undefined;
}

/** How many entities there are of each type. */
export const entityCount = 4;

export function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && 'identity' in value;
}

export function entityThing(type: string, index: number): Thing {
  return { type, identity: `${type}#${index}`, index, owner: undefined };
}

export function allEntities(type: string): readonly Thing[] {
  return Array.from({ length: entityCount }, (_, index) => entityThing(type, index));
}

/** The object that root fields belong to; of mutations there is one for each. */
export function rootThing(type: 'Query' | 'Mutation', number = 0): Thing {
  return { type, identity: `${type}@${number}`, index: undefined, owner: undefined };
}
