import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  typeFromAST,
} from 'graphql';
import type { Operation } from './operation.ts';

/** Told of what variables use: never a value, only what the schema calls it. */
interface InputListener {
  readonly addInput: (coordinate: string) => void;
}

export type WalkInputs = (variables: Readonly<Record<string, unknown>>, listener: InputListener) => void;

/** What can have a name in values of a type. */
interface Shape {
  /** Coordinates of enum values, by value. */
  readonly values: Map<string, string>;
  /** Of an input object. */
  readonly type: string;
  readonly fields: Map<string, { readonly coordinate: string; readonly shape: Shape | undefined }>;
}

/** Items and fields that are looked at for one request; a microsecond for some tens of them. */
const stepsMost = 1_000;

/** Walks values of variables for the input fields and enum values that they use. */
export class InputShapes {
  readonly #shapes = new Map<GraphQLNamedType, Shape>();

  /** `undefined` when no variable of the operation can hold an input field or an enum value. */
  walkerOf(schema: GraphQLSchema, { definition }: Operation): WalkInputs | undefined {
    const shaped = (definition.variableDefinitions ?? []).flatMap(({ variable, type: node }) => {
      // An overload for each kind of node, and none for all.
      const type = typeFromAST(schema, node as Parameters<typeof typeFromAST>[1]);
      const shape = type && this.#shapeOf(getNamedType(type));
      return shape === undefined ? [] : [{ name: variable.name.value, shape }];
    });
    if (shaped.length === 0) return undefined;
    return (variables, listener) => {
      const walk = { listener, left: stepsMost };
      for (const { name, shape } of shaped) {
        if (Object.hasOwn(variables, name)) visit(variables[name], shape, walk);
      }
    };
  }

  #shapeOf(type: GraphQLNamedType): Shape | undefined {
    if (!isEnumType(type) && !isInputObjectType(type)) return undefined;
    let shape = this.#shapes.get(type);
    if (shape === undefined) {
      shape = { type: type.name, values: new Map(), fields: new Map() };
      // Before its fields are: types hold each other.
      this.#shapes.set(type, shape);
      if (isEnumType(type)) {
        for (const { name } of type.getValues()) shape.values.set(name, `${type.name}.${name}`);
      } else {
        for (const field of Object.values(type.getFields())) {
          const inner = this.#shapeOf(getNamedType(field.type));
          shape.fields.set(field.name, { coordinate: `${type.name}.${field.name}`, shape: inner });
        }
      }
    }
    return shape;
  }
}

interface Walk {
  readonly listener: InputListener;
  left: number;
}

function visit(value: unknown, shape: Shape, walk: Walk): void {
  walk.left -= 1;
  if (walk.left < 0) return;
  if (typeof value === 'string') {
    const coordinate = shape.values.get(value);
    if (coordinate !== undefined) walk.listener.addInput(coordinate);
  } else if (Array.isArray(value)) {
    for (const item of value) {
      if (walk.left <= 0) return;
      visit(item, shape, walk);
    }
  } else if (typeof value === 'object' && value !== null) visitObject(value, shape, walk);
}

function visitObject(value: object, shape: Shape, walk: Walk): void {
  if (shape.fields.size > 0) walk.listener.addInput(shape.type);
  for (const [name, inner] of Object.entries(value)) {
    walk.left -= 1;
    if (walk.left < 0) return;
    const field = shape.fields.get(name);
    if (field === undefined) continue;
    walk.listener.addInput(field.coordinate);
    if (field.shape !== undefined) visit(inner, field.shape, walk);
  }
}
