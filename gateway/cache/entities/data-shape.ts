import type { SelectionSetNode } from 'graphql';
import { eachField, type Fragments } from '../../operation/each-field.ts';
import { isRecord } from '../../transport/is-record.ts';
import { typeTag } from '../cache-tags.ts';
import type { GraphTypes } from './graph-types.ts';

/** Objects of a subgraph's answer, as far as it matters what entities they are. Fragments that are spread often share their shapes. */
export interface DataShape {
  /** As the schema declares it: an object type, interface or union. */
  readonly type: string;
  /** Fields of objects. */
  readonly below: readonly ShapeBelow[];
  /** Fields without arguments, by name. */
  readonly places: ReadonlyMap<string, readonly FieldPlace[]>;
}

/** Where a field is: fragments may have it under another response key for each type. */
interface FieldPlace {
  readonly key: string;
  /** Whose objects have it there. */
  readonly types: ReadonlySet<string>;
}

interface ShapeBelow extends FieldPlace {
  readonly shape: DataShape;
}

type Values = Readonly<Record<string, unknown>>;

/** By selection, and by the type whose objects it is of. */
export type KnownShapes = Map<SelectionSetNode, Map<string, DataShape>>;

/** The shape of what a selection of fields of a type brings. */
export function toDataShape(
  type: string,
  selections: SelectionSetNode,
  fragments: Fragments,
  types: GraphTypes,
  known: KnownShapes = new Map(),
): DataShape {
  const found = known.get(selections)?.get(type);
  if (found !== undefined) return found;
  const below: ShapeBelow[] = [];
  const places = new Map<string, FieldPlace[]>();
  eachField(selections, type, fragments, (node, holder = type) => {
    const name = node.name.value;
    const place = { key: (node.alias ?? node.name).value, types: types.allOf(holder) };
    if (node.arguments === undefined || node.arguments.length === 0) {
      places.set(name, [...(places.get(name) ?? []), place]);
    }
    const field = types.fieldOf(holder, name);
    if (node.selectionSet === undefined || field === undefined) return;
    below.push({ ...place, shape: toDataShape(types.named(field), node.selectionSet, fragments, types, known) });
  });
  const shape = { type, below, places };
  known.set(selections, (known.get(selections) ?? new Map<string, DataShape>()).set(type, shape));
  return shape;
}

/** The tags of all types that data of a shape may be of. */
export function typeTagsOf(shape: DataShape, types: GraphTypes): readonly string[] {
  const tags = new Set<string>();
  const seen = new Set<DataShape>();
  const add = (one: DataShape): void => {
    if (seen.has(one)) return;
    seen.add(one);
    for (const type of types.allOf(one.type)) tags.add(typeTag(type));
    for (const { shape: inner } of one.below) add(inner);
  };
  add(shape);
  return [...tags];
}

/** Tells all objects in data, by each type that they may be of. */
export function tellObjects(
  shape: DataShape,
  data: unknown,
  types: GraphTypes,
  tell: (type: string, object: Values, shape: DataShape) => void,
): void {
  if (Array.isArray(data)) {
    for (const item of data) tellObjects(shape, item, types, tell);
  } else if (isRecord(data)) {
    const possible = typesOf(shape, data, types);
    for (const type of possible) tell(type, data, shape);
    tellBelow(shape, data, types, tell, possible);
  }
}

/** Tells all objects in the fields of an object of one of these types. */
export function tellBelow(
  { below }: DataShape,
  object: Values,
  types: GraphTypes,
  tell: Parameters<typeof tellObjects>[3],
  possible: Iterable<string>,
): void {
  for (const field of below) {
    for (const type of possible) {
      if (!field.types.has(type)) continue;
      tellObjects(field.shape, object[field.key], types, tell);
      break;
    }
  }
}

/** The types that an object may be of: one, where it says which. */
function typesOf(shape: DataShape, object: Values, types: GraphTypes): readonly string[] {
  const said = shape.places.get('__typename')?.find(({ key }) => Object.hasOwn(object, key));
  const type = said === undefined ? shape.type : String(object[said.key]);
  if (types.isObject(type)) return [type];
  return [...types.allOf(shape.type)].filter((one) => types.isObject(one));
}

/** The values of the fields of an object of a type by name, as far as no arguments were given. */
export function namedFields({ places }: DataShape, object: Values, type: string): Values {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, all] of places) {
    const place = all.find(({ key, types }) => types.has(type) && Object.hasOwn(object, key));
    if (place !== undefined) values[name] = object[place.key];
  }
  return values;
}
