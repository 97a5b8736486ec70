import { type GraphQLLeafType, type GraphQLSchema, isLeafType, Kind, parseType, type TypeNode } from 'graphql';
import type { FieldShape, ObjectShape, Typename } from '../plan/plan.ts';

/** How the objects at one place of an answer are completed. */
export interface AnswerObjects {
  readonly typename: Typename;
  /** By object type, how its objects are written; `undefined` for types that clients must not see. */
  readonly fieldsOf: (type: string) => readonly AnswerField[] | undefined;
  /** The same for all types, where it is. */
  readonly cases: readonly { readonly types: readonly string[] | undefined; readonly fields: readonly AnswerField[] }[];
}

/** How one field is completed. */
export interface AnswerField {
  readonly shape: FieldShape;
  readonly type: AnswerType;
  readonly objects: AnswerObjects | undefined;
}

export interface AnswerType {
  readonly isNonNull: boolean;
  /** What it is a list of. */
  readonly items: AnswerType | undefined;
  /** `undefined` for lists and objects. */
  readonly leaf: GraphQLLeafType | undefined;
}

/** Holds the shape of an answer against what clients may see; objects that several fields share stay shared. */
export function toAnswerObjects(shape: ObjectShape, schema: GraphQLSchema): AnswerObjects {
  const known = new Map<ObjectShape, AnswerObjects>();
  const types = new Map<string, AnswerType>();
  const toObjects = (objects: ObjectShape): AnswerObjects => {
    const ready = known.get(objects) ?? toObjectsAnew(objects);
    known.set(objects, ready);
    return ready;
  };
  const toObjectsAnew = ({ typename, cases }: ObjectShape): AnswerObjects => {
    const ready = cases.map((one) => ({
      types: one.types?.filter((type) => schema.getType(type) !== undefined),
      fields: one.fields.map(toField),
    }));
    const [only] = ready;
    if (only !== undefined && only.types === undefined) return { typename, fieldsOf: () => only.fields, cases: ready };
    const byType = new Map(ready.flatMap((one) => (one.types ?? []).map((type) => [type, one.fields] as const)));
    return { typename, fieldsOf: (type) => byType.get(type), cases: ready };
  };
  const toField = (field: FieldShape): AnswerField => {
    const type = types.get(field.type) ?? toAnswerType(parseType(field.type, { noLocation: true }), schema);
    types.set(field.type, type);
    return { shape: field, type, objects: field.objects && toObjects(field.objects) };
  };
  return toObjects(shape);
}

function toAnswerType(node: TypeNode, schema: GraphQLSchema): AnswerType {
  const isNonNull = node.kind === Kind.NON_NULL_TYPE;
  const nullable = isNonNull ? node.type : node;
  if (nullable.kind === Kind.LIST_TYPE) {
    return { isNonNull, items: toAnswerType(nullable.type, schema), leaf: undefined };
  }
  const named = schema.getType(nullable.name.value);
  return { isNonNull, items: undefined, leaf: isLeafType(named) ? named : undefined };
}
