import type { PlannedField, Position } from './draft.ts';
import type { FieldShape, ObjectShape, Typename } from './plan.ts';

/** Whether fields can stand for an object together: those of one name are the same field, though different parts of it may be meant. */
export function isOneRepresentation(fields: readonly PlannedField[]): boolean {
  return fields.every((field, index) => fields.slice(0, index).every((other) => fitsBeside(field, other)));
}

/** Joins those fields of a representation that are one field. */
export function joinFields(fields: readonly FieldShape[]): readonly FieldShape[] {
  if (fields.length < 2) return fields;
  const joined = new Map<string, FieldShape>();
  for (const field of fields) {
    const known = joined.get(field.key);
    const objects = known?.objects && field.objects && joinObjects(known.objects, field.objects);
    joined.set(field.key, known === undefined ? field : { ...known, objects });
  }
  return joined.size === fields.length ? fields : [...joined.values()];
}

function fitsBeside(one: PlannedField, other: PlannedField): boolean {
  if (one === other || one.field.key !== other.field.key) return true;
  if (one.source?.link !== other.source?.link || one.source?.key !== other.source?.key) return false;
  if (one.below === undefined || other.below === undefined) return one.below === other.below;
  return (
    isSameTypename(one.below.typename, other.below.typename) && isOneRepresentation(fieldsOf(one.below, other.below))
  );
}

function fieldsOf(...positions: readonly Position[]): readonly PlannedField[] {
  return positions.flatMap(({ cases }) => cases.flatMap(({ fields }) => fields));
}

function isSameTypename(one: Typename, other: Typename): boolean {
  if (one.kind === 'constant' || other.kind === 'constant') return one.kind === other.kind;
  return one.link === other.link && one.key === other.key;
}

function joinObjects(one: ObjectShape, other: ObjectShape): ObjectShape {
  if (one === other) return one;
  const named = [...one.cases, ...other.cases].flatMap(({ types }) => types ?? []);
  const fieldsFor = (type: string | undefined) =>
    joinFields([one, other].flatMap(({ cases }) => cases.find(({ types }) => isFor(types, type))?.fields ?? []));
  const types = named.length === 0 ? [undefined] : [...new Set(named)];
  return {
    typename: one.typename,
    cases: types.map((type) => ({ types: type === undefined ? undefined : [type], fields: fieldsFor(type) })),
  };
}

function isFor(types: readonly string[] | undefined, type: string | undefined): boolean {
  return types === undefined || (type !== undefined && types.includes(type));
}
