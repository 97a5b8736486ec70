import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** What has to be known of whole schemas to tell what a change of a type does. */
export interface Lookups {
  /** The coordinates of fields, arguments and input fields of a type, before. */
  readonly referencesTo: (type: string) => readonly string[];
  /** Whether clients meet values of a type in answers, before or after. */
  readonly isAnswered: (type: string) => boolean;
  /**
   * Of the interfaces and unions that a type was in, those that have no type in common any more with another of them: fragments
   * on one inside the other become impossible.
   */
  readonly partedBy: (type: string) => readonly string[];
}

interface Index {
  readonly references: Map<string, string[]>;
  readonly answered: Set<string>;
  /** By type, the interfaces and unions it is in. */
  readonly abstractions: Map<string, string[]>;
}

/** Makes the lookups of two schemas; they are walked when something is first looked up. */
export function createLookups(before: GraphQLSchema, after: GraphQLSchema): Lookups {
  const former = once(() => indexSchema(before));
  const latter = once(() => indexSchema(after));
  return {
    referencesTo: (type) => former().references.get(type) ?? [],
    isAnswered: (type) => former().answered.has(type) || latter().answered.has(type),
    partedBy: (type) => {
      const abstractions = former().abstractions.get(type) ?? [];
      return abstractions.filter((one) => abstractions.some((other) => one !== other && areParted(after, one, other)));
    },
  };
}

function areParted(schema: GraphQLSchema, one: string, other: string): boolean {
  const [a, b] = [schema.getType(one), schema.getType(other)];
  if (!isAbstractType(a) || !isAbstractType(b)) return false;
  return !schema.getPossibleTypes(a).some((type) => schema.isSubType(b, type));
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function indexSchema(schema: GraphQLSchema): Index {
  const index: Index = { references: new Map(), answered: new Set(), abstractions: new Map() };
  const noteInput = ({ type }: GraphQLArgument | GraphQLInputField, coordinate: string) =>
    note(index.references, getNamedType(type).name, coordinate);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) noteInput(field, `${type.name}.${field.name}`);
    }
    if (isUnionType(type)) for (const member of type.getTypes()) note(index.abstractions, member.name, type.name);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name } of type.getInterfaces()) note(index.abstractions, type.name, name);
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const { name } = getNamedType(field.type);
      index.answered.add(name);
      note(index.references, name, coordinate);
      for (const argument of field.args) noteInput(argument, `${coordinate}(${argument.name}:)`);
    }
  }
  return index;
}

function note(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
