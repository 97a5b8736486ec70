import { GraphQLEnumType, type GraphQLLeafType } from 'graphql';

const intMax = 2 ** 31;

/** Custom scalars may hold anything, but the answer has to be written by a function that calls itself. */
const scalarMaxDepth = 200;

/** Whether a value of a JSON answer is one of this type (https://spec.graphql.org/draft/#sec-Scalars, "Result Coercion"). */
export function isLeafValue(value: unknown, type: GraphQLLeafType): boolean {
  if (type instanceof GraphQLEnumType) return typeof value === 'string' && type.getValue(value) !== undefined;
  switch (type.name) {
    case 'Int':
      return Number.isInteger(value) && Number(value) >= -intMax && Number(value) < intMax;
    case 'Float':
      return typeof value === 'number';
    case 'Boolean':
      return typeof value === 'boolean';
    case 'ID':
      return typeof value === 'string' || Number.isInteger(value);
    case 'String':
      return typeof value !== 'object';
    default:
      return !isDeeperThan(value, scalarMaxDepth);
  }
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((member) => isDeeperThan(member, depth - 1));
}
