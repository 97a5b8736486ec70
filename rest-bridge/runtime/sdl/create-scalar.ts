import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';
import { RestError } from '../rest-error.ts';
import { toPlainJson } from '../values/to-plain-json.ts';

const integers: ReadonlySet<string> = new Set(['BigInt', 'Long', 'Int64', 'UInt64']);
const bytes: ReadonlySet<string> = new Set(['Byte', 'Bytes', 'Binary', 'Base64', 'File', 'Upload']);
const formats: ReadonlyMap<string, RegExp> = new Map([
  ['Date', /^\d{4}-\d{2}-\d{2}$/],
  ['DateTime', /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?(?:[Zz]|[+-]\d{2}:\d{2})?$/],
  ['UUID', /^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/],
]);
const base64 = /^[-+/\w]*={0,2}$/;
// More digits than any integer type of a backend has, and few enough that BigInt() is cheap.
const integerText = /^-?[0-9]{1,80}$/;

/** Whether values of the scalar are bytes, written as base64 in GraphQL and in JSON. */
export function isBytesScalar(name: string): boolean {
  return bytes.has(name);
}

/**
 * The custom scalar of a name: integers of any size, base64 bytes, dates and UUIDs of which the format is checked on the
 * way in; any other name takes and gives JSON as it is.
 *
 * A large integer is a number while a double holds it exactly, and a string of its digits beyond.
 */
export function createScalar(name: string): GraphQLScalarType {
  if (integers.has(name)) return integerScalar(name);
  const format = bytes.has(name) ? base64 : formats.get(name);
  return format ? textScalar(name, format) : jsonScalar(name);
}

function integerScalar(name: string): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    serialize: (value) => {
      const integer = toInteger(value);
      if (integer === undefined) throw unfit(name);
      return typeof integer === 'bigint' ? integer.toString() : integer;
    },
    parseValue: (value) => toInteger(value) ?? refuse(`${name} must be an integer, or a string of its digits.`),
    parseLiteral: (node) => {
      const text = node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined;
      return toInteger(text) ?? refuse(`${name} must be an integer, or a string of its digits.`);
    },
  });
}

function textScalar(name: string, format: RegExp): GraphQLScalarType {
  const parse = (value: unknown) => {
    if (typeof value !== 'string' || !format.test(value)) return refuse(`${name} must be a string in its format.`);
    return value;
  };
  return new GraphQLScalarType({
    name,
    serialize: (value) => {
      if (typeof value !== 'string') throw unfit(name);
      return value;
    },
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });
}

function jsonScalar(name: string): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    serialize: toPlainJson,
    parseValue: (value) => value,
    parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
  });
}

function toInteger(value: unknown): number | bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string' || !integerText.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}

function unfit(name: string): RestError {
  return new RestError('SUBGRAPH_INVALID_RESPONSE', `The subgraph answered a value that is not a ${name}.`);
}

function refuse(message: string): never {
  throw new GraphQLError(message);
}
