import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { isRecord } from '../../transport/is-record.ts';
import { answersTag, entityTag, typeTag } from '../cache-tags.ts';
import { type GraphTypes, pickKey } from './graph-types.ts';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Objects of a subgraph's answer, as far as it matters what entities they are. */
export interface DataShape {
  /** As the schema declares it: an object type, interface or union. */
  readonly type: string;
  /** Fields of objects, by response key. */
  readonly below: readonly (readonly [key: string, shape: DataShape])[];
  /** Response keys of fields without arguments, by name. */
  readonly keyOf: ReadonlyMap<string, string>;
}

type Values = Readonly<Record<string, unknown>>;

type Tell = (type: string, values: Values) => void;

/** The shape of what a selection of fields of a type brings. */
export function toDataShape(
  type: string,
  selections: SelectionSetNode,
  fragments: Fragments,
  types: GraphTypes,
): DataShape {
  const below: [string, DataShape][] = [];
  const keyOf = new Map<string, string>();
  const add = (holder: string, { selections: nodes }: SelectionSetNode): void => {
    for (const node of nodes) {
      if (node.kind === Kind.FIELD) {
        const name = node.name.value;
        const key = (node.alias ?? node.name).value;
        if (node.arguments === undefined || node.arguments.length === 0) keyOf.set(name, key);
        const field = types.fieldOf(holder, name);
        if (node.selectionSet === undefined || field === undefined) continue;
        below.push([key, toDataShape(types.named(field), node.selectionSet, fragments, types)]);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (fragment !== undefined) add(fragment.typeCondition?.name.value ?? holder, fragment.selectionSet);
    }
  };
  add(type, selections);
  return { type, below, keyOf };
}

/** The tags of all types that data of a shape may be of. */
export function typeTagsOf(shape: DataShape, types: GraphTypes): readonly string[] {
  const tags = new Set<string>();
  const add = ({ type, below }: DataShape): void => {
    for (const one of types.allOf(type)) tags.add(typeTag(one));
    for (const [, inner] of below) add(inner);
  };
  add(shape);
  return [...tags];
}

/** Tells all objects in data whose type is known, with the values of their fields by name. */
export function tellObjects(shape: DataShape, data: unknown, types: GraphTypes, tell: Tell): void {
  if (Array.isArray(data)) {
    for (const item of data) tellObjects(shape, item, types, tell);
  } else if (isRecord(data)) {
    const type = types.isObject(String(data['__typename'])) ? String(data['__typename']) : shape.type;
    if (types.isObject(type)) tell(type, namedFields(shape, data));
    for (const [key, inner] of shape.below) tellObjects(inner, data[key], types, tell);
  }
}

/** The tags by which an object is known as an entity: one for each key that it is known by. */
export function entityTagsOf(type: string, values: Values, types: GraphTypes): readonly string[] {
  const keys = types.keysOf(type);
  const tags = keys.flatMap((key) => {
    const picked = pickKey(key, values);
    return picked === undefined ? [] : [entityTag(type, picked)];
  });
  // Which one it is nobody can tell later.
  return keys.length > 0 && tags.length === 0 ? [answersTag(type)] : tags;
}

/** The values of an object's fields by name, as far as no arguments were given. */
export function namedFields({ keyOf }: DataShape, object: Values): Values {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, key] of keyOf) values[name] = object[key];
  return values;
}
