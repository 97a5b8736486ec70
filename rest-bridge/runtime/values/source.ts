import type { GraphQLOutputType } from 'graphql';
import { isRecord } from './is-record.ts';

/**
 * An object known by what federation says of it (`representation`, names and values of GraphQL), and, once loaded, by
 * what the backend answered. Any other object that fields are read from is the backend's own JSON.
 */
export class Entity {
  readonly representation: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>> | undefined;

  constructor(
    representation: Readonly<Record<string, unknown>>,
    answer: Readonly<Record<string, unknown>> | undefined = undefined,
  ) {
    this.representation = representation;
    this.answer = answer;
  }
}

/** How one field without `@rest` is found in an object. */
export interface Property {
  /** Its GraphQL name. */
  readonly name: string;
  /** Its name in the backend. */
  readonly restName: string;
  readonly type: GraphQLOutputType;
  /** Whether it holds objects, of which a representation may say less than the backend does. */
  readonly isNested: boolean;
  /** Turns a value of a representation into what the backend would have answered. */
  readonly toSource: (value: unknown) => unknown;
}

/** The value of a field as the backend has it; `undefined` when the object says nothing about it. */
export function readProperty(source: unknown, property: Property): unknown {
  if (source instanceof Entity) {
    const { representation, answer } = source;
    const answered = readOwn(answer, property.restName);
    const isRepresented = Object.hasOwn(representation, property.name);
    if (!isRepresented || (property.isNested && answered !== undefined)) return answered;
    return property.toSource(representation[property.name]);
  }
  return readOwn(source, property.restName);
}

/** A property of an object itself: names such as `constructor` find nothing that the backend did not say. */
export function readOwn(source: unknown, name: string): unknown {
  return isRecord(source) && Object.hasOwn(source, name) ? source[name] : undefined;
}
