import { GraphQLEnumType, type GraphQLLeafType } from 'graphql';
import { isLeafValue } from './leaf-value.ts';

/** Writes a value that is not null as JSON; `undefined` when it has to be looked at more closely. */
export type WriteLeaf = (value: unknown) => string | undefined;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON must escape
const needsEscape = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** A text as JSON. */
export function writeString(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** How values of a leaf type are written that are as they should be. */
export function writerOf(type: GraphQLLeafType): WriteLeaf {
  if (type instanceof GraphQLEnumType) {
    const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, `"${name}"`]));
    return (value) => texts.get(value);
  }
  switch (type.name) {
    case 'String':
      return (value) => (typeof value === 'string' ? writeString(value) : undefined);
    case 'ID':
      return (value) =>
        typeof value === 'string' ? writeString(value) : Number.isSafeInteger(value) ? `"${value}"` : undefined;
    case 'Int':
      return (value) => (typeof value === 'number' && (value | 0) === value ? String(value) : undefined);
    case 'Float':
      return (value) => (Number.isFinite(value) ? String(value) : undefined);
    case 'Boolean':
      return (value) => (value === true ? 'true' : value === false ? 'false' : undefined);
    default:
      return (value) => (isLeafValue(value, type) ? JSON.stringify(value) : undefined);
  }
}
