import { openapiLimits } from './limits.ts';

const signs: Readonly<Record<string, string>> = {
  '+': 'plus',
  '-': 'minus',
  '*': 'star',
  '<': 'lt',
  '>': 'gt',
  '=': 'eq',
  '!': 'not',
  '%': 'percent',
  '&': 'and',
  '/': 'slash',
  '@': 'at',
  '.': 'dot',
};

/** Whether GraphQL takes a name as it is; names with two underscores are its own (https://spec.graphql.org/October2021/#Name). */
function isGraphqlName(name: string): boolean {
  return name.length <= openapiLimits.nameLength && /^(?!__)[_A-Za-z][_0-9A-Za-z]*$/.test(name);
}

/** The name of a property or parameter, as it is when GraphQL takes it, else with what it does not take as underscores. */
export function toFieldName(text: string): string {
  if (isGraphqlName(text)) return text;
  return startAsName(joinWords(text, '_')) || 'field';
}

/** The name of an enum value; signs that are all there is get their words (`+1` is `plus_1`). */
export function toEnumValueName(text: string): string {
  const name = isGraphqlName(text) ? text : startAsName(joinWords(spellSigns(text), '_')) || 'EMPTY';
  return ['true', 'false', 'null'].includes(name) ? `${name}_` : name;
}

/** `pet-store_v2` to `PetStoreV2`. */
export function toPascalCase(text: string): string {
  const words = joinWords(text.replaceAll('_', ' '), ' ').split(' ');
  return startAsName(words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''));
}

/** `ListPets` and `list_pets` to `listPets`, `URLCheck` to `urlCheck`. */
export function toCamelCase(text: string): string {
  const name = toPascalCase(text);
  const capitals = /^[A-Z]+(?![a-z])|^[A-Z]/.exec(name)?.[0] ?? '';
  return capitals.toLowerCase() + name.slice(capitals.length);
}

/** `categories` to `category`, `tags` to `tag`; a word that does not end in `s` stays. */
export function toSingular(word: string): string {
  if (/[^aeiou]ies$/i.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|z)es$/i.test(word)) return word.slice(0, -2);
  return /[^su]s$/i.test(word) && word.length > 2 ? word.slice(0, -1) : word;
}

function joinWords(text: string, glue: string): string {
  const plain = text
    .slice(0, openapiLimits.nameLength * 4)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '');
  return plain
    .split(/[^_0-9A-Za-z]+/)
    .filter((word) => word !== '')
    .join(glue)
    .slice(0, openapiLimits.nameLength);
}

function spellSigns(text: string): string {
  const [first = ''] = text;
  if (/[0-9A-Za-z]/.test(text)) {
    const word = first === '+' || first === '-' || first === '!' ? signs[first] : undefined;
    return word === undefined ? text : `${word} ${text.slice(1)}`;
  }
  return [...text.slice(0, 8)].map((char) => (Object.hasOwn(signs, char) ? signs[char] : char)).join(' ');
}

function startAsName(name: string): string {
  const bare = name.replace(/^_{2,}/, '_');
  return /^\d/.test(bare) ? `_${bare}` : bare;
}
