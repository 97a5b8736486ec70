import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type ValueNode,
  valueFromAST,
} from 'graphql';
import type { Quantity, Variables } from './formula.ts';
import type { Weights } from './weights.ts';

/** A value in a document: what it is with these variables. */
export type ReadValue = (variables: Variables) => unknown;

/** How to read an argument's value, coerced; what holds no variable is read once. */
export function toReader(
  node: ValueNode,
  type: GraphQLInputType,
): { readonly read: ReadValue; readonly fixed: boolean } {
  if (node.kind === Kind.VARIABLE) {
    const name = node.name.value;
    return { read: (variables) => variables[name], fixed: false };
  }
  if (holdsVariable(node)) return { read: (variables) => valueFromAST(node, type, variables), fixed: false };
  const value: unknown = valueFromAST(node, type);
  return { read: () => value, fixed: true };
}

function holdsVariable(node: ValueNode): boolean {
  switch (node.kind) {
    case Kind.VARIABLE:
      return true;
    case Kind.LIST:
      return node.values.some(holdsVariable);
    case Kind.OBJECT:
      return node.fields.some((field) => holdsVariable(field.value));
    default:
      return false;
  }
}

/** What the value of an argument costs: each input object and leaf of it by its weight. */
export function toArgumentCost(
  node: ValueNode,
  argument: GraphQLArgument,
  weight: number | undefined,
  weights: Weights,
): Quantity {
  const named = getNamedType(argument.type);
  if (isLeafType(named) && (weight ?? weights.ofType(named)) === 0) return 0;
  const { read, fixed } = toReader(node, argument.type);
  const costOf = (variables: Variables) => inputCost(read(variables), argument.type, weight, weights);
  return fixed ? costOf({}) : costOf;
}

/** `weight` is of the argument or input field, and is in place of the weight of its type. */
function inputCost(value: unknown, type: GraphQLInputType, weight: number | undefined, weights: Weights): number {
  if (value === null || value === undefined) return 0;
  if (isNonNullType(type)) return inputCost(value, type.ofType, weight, weights);
  if (isListType(type)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    let cost = 0;
    for (const item of items) cost += inputCost(item, type.ofType, weight, weights);
    return cost;
  }
  let cost = weight ?? weights.ofType(type);
  if (isInputObjectType(type) && isRecord(value)) {
    const fields = type.getFields();
    for (const [name, inner] of Object.entries(value)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field !== undefined) cost += inputCost(inner, field.type, weights.at(`${type.name}.${name}`), weights);
    }
  }
  return cost;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
